// SPDX-License-Identifier: MIT
/*
 * How clients reach the appliance: what they called it, as their Host header says, and what a host
 * should call it, so that the certificate is good for that name.
 */
#ifndef APPLIANCE_REACH_H
#define APPLIANCE_REACH_H

#include "common/problems.h"

struct reach {
	char **names;           /* that the server's certificate is good for */
	char *name;             /* the one that the operator gave first; NULL: none */
	char *nodes_host;       /* the address that nodes talk to; NULL: all of this machine's */
	unsigned nodes_port;
	char **boot_urls;       /* of the plain HTTP addresses, such as "http://192.0.2.1:8080" */
};

void reach_done(struct reach *reach);

struct origin {
	char *host;             /* lower case, an address in its usual form, without brackets */
	unsigned port;          /* 0: not named */
};

/*
 * A Host header: a DNS name, an IPv4 address or an IPv6 address in brackets, and perhaps a port; nothing
 * else, since it goes into scripts and URLs. -1 with *ret untouched.
 */
int origin_read(const char *header, struct origin *ret);
/* "SCHEME://HOST[:PORT]". Owned by the caller. */
char *origin_url(const char *scheme, const char *host, unsigned port);

/*
 * "HOST:PORT" at which a host that reaches us as `host` registers. *ret_is_trusted tells whether the
 * certificate is good for it. Owned by the caller.
 */
char *reach_appliance(const struct reach *reach, const char *host, bool *ret_is_trusted);
/*
 * How to name an address of this machine to people: itself, or, when it stands for all addresses, the
 * operator's name for this machine, else its own. Owned by the caller.
 */
char *reach_host(const struct reach *reach, const char *address, bool is_any);

#endif
