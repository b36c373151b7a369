// SPDX-License-Identifier: MIT
/*
 * The addresses of this machine's interfaces, as the kernel has them now, and news of changes.
 */
#ifndef NODE_ADDRESSES_H
#define NODE_ADDRESSES_H

#include "common/json.h"

/*
 * [{"interface": "br0", "address": "192.0.2.7/24"}], without loopback and link-local ones; never
 * NULL. Below another root than "/" the lines "INTERFACE ADDRESS/LENGTH" of ROOT/addresses stand
 * for the kernel, so that tests do not depend on the machine they run on.
 */
json_t *addresses_read(const char *root);

/* A netlink socket that becomes readable when an address comes or goes; -1 when there is none. */
int addresses_watch(const char *root);
/* Takes the news from the socket; what is true now is read with addresses_read. */
void addresses_drain(int fd);

#endif
