// SPDX-License-Identifier: MIT
/*
 * A DHCP lease in the initramfs. busybox's udhcpc does the protocol and calls roost-lease with what
 * the server said in its environment; roost-lease writes that down, and roost-root reads it here:
 *
 *	file  = { NAME "=" value NEWLINE }
 *	NAME  = ip | mask | router | dns | domain | search | staticroutes
 * The values are udhcpc's: words between blanks; mask is the length of the prefix; staticroutes is
 * DESTINATION/LENGTH GATEWAY in turn (RFC 3442: then router does not count). Any server on the
 * network may have written them, so what is no address is refused or left out.
 */
#ifndef NODE_LEASE_H
#define NODE_LEASE_H

#include "common/problems.h"

#define LEASE_PATH "/run/roost/lease"
#define LEASE_BYTES_MAX 8192

struct lease {
	char *address;          /* "192.0.2.7/24" */
	struct lease_route {
		char *to;       /* "0.0.0.0/0" */
		char *gateway;
	} *routes;
	size_t routes_count;    /* 16 at most; more are left out */
	char **nameservers;     /* 3 at most, as resolv.conf(5) takes */
	char **search;          /* 6 at most */
};

/* The NAMEs; NULL-terminated. */
extern const char *const lease_names[];

/* 0, or -1 with a problem and *ret untouched. */
int lease_read(const char *text, struct lease *ret, struct problems *problems);
void lease_add_route(struct lease *lease, const char *to, const char *gateway);
/* resolv.conf(5); owned by the caller. */
char *lease_resolv_conf(const struct lease *lease);
void lease_done(struct lease *lease);

#define autolease __attribute__((cleanup(lease_done)))

#endif
