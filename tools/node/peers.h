// SPDX-License-Identifier: MIT
/*
 * The addresses of the other hosts of this host's pool, as the appliance told them last: from there guests may come
 * (the firewall's `migration`). Kept while the appliance is away; gone with the boot.
 *
 *	/run/roost/peers.json   {"addresses": ["192.0.2.11", "2001:db8::11"]}
 */
#ifndef NODE_PEERS_H
#define NODE_PEERS_H

#include "common/problems.h"

#define PEERS_JSON "/run/roost/peers.json"

/* Owned by the caller; NULL when there are none, or the file is not as it should be. */
char **peers_read(const char *root);
/* 0, or -1 with a problem. */
int peers_write(const char *root, char *const *peers, struct problems *problems);

#endif
