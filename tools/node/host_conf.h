// SPDX-License-Identifier: MIT
/*
 * The configuration that this host has: roost-config merges it, the other programs apply it. Reports
 * name the one that they are of by its SHA-256.
 */
#ifndef NODE_HOST_CONF_H
#define NODE_HOST_CONF_H

#include "host/read.h"

#define HOST_CONF "/run/roost/host.conf"

/*
 * Reads it in one piece. *ret_configuration (may be NULL) is the SHA-256 of what was read, owned by the
 * caller. 0, or -1 with every problem and *ret all zeroes.
 */
int host_conf_read(const char *root, struct host *ret, char **ret_configuration,
		   struct problems *problems);
/* The same before the first configuration, too: then 0, and *ret is all zeroes. */
int host_conf_read_optional(const char *root, struct host *ret, struct problems *problems);

#endif
