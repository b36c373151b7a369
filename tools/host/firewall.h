// SPDX-License-Identifier: MIT
/*
 * Which ports of a host are open, and as rules of nftables. By default nothing comes in that is not asked for:
 * what listens (sshkey, services --enabled=) opens its own ports, `firewall` opens others or turns it all off.
 */
#ifndef HOST_FIREWALL_H
#define HOST_FIREWALL_H

#include "host/host.h"

/* The ports of a service of `firewall --service=`, as nft writes a set of TCP ports; NULL: not known. */
const char *host_firewall_service(const char *name);
/* The whole table as a file for nft -f: it replaces the one that is there in one step. Its sets of peers are empty. */
void host_write_firewall(FILE *out, const struct host *host);
/* Whether it has such sets: some port is open for the other hosts of the pool alone. */
bool host_firewall_asks_for_peers(const struct host *host);
/* These addresses (address_list.h) instead of those in the sets, for nft -f, in one step. NULL: none. */
void host_write_peers(FILE *out, char *const *peers);

#endif
