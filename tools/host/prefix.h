// SPDX-License-Identifier: MIT
/*
 * Addresses of IPv4 and IPv6 with the length of their network's prefix, and how two of them relate.
 */
#ifndef HOST_PREFIX_H
#define HOST_PREFIX_H

#include <stdbool.h>

struct prefix {
	int family;             /* AF_INET or AF_INET6; 0: none */
	unsigned char address[16]; /* in network order; IPv4 uses the first four */
	int length;             /* bits of the network: 0 to 32 or 128 */
};

/*
 * "ADDRESS/LENGTH", "ADDRESS/NETMASK" of IPv4, or "ADDRESS" alone, which is a network of its own. False
 * and *ret untouched when it is none of them.
 */
bool prefix_read(const char *text, struct prefix *ret);
/* "ADDRESS/LENGTH"; owned by the caller. */
char *prefix_text(const struct prefix *prefix);
/* 32 or 128. */
int prefix_bits(const struct prefix *prefix);
/* Takes the host's bits away: 192.0.2.5/24 becomes 192.0.2.0/24. */
void prefix_mask(struct prefix *prefix);
/* Whether the address is one of the network's; never across families. */
bool prefix_contains(const struct prefix *network, const struct prefix *address);
/* Whether two networks have an address in common. */
bool prefix_overlaps(const struct prefix *a, const struct prefix *b);
bool prefix_same_address(const struct prefix *a, const struct prefix *b);
/* fe80::/10 (RFC 4291 section 2.5.6), which every link has for itself. */
bool prefix_is_link_local(const struct prefix *prefix);
/*
 * NULL when a host can have this address; else what it is: "the address of the network itself". A
 * constant text.
 */
const char *prefix_not_a_host(const struct prefix *prefix);

#endif
