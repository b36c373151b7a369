// SPDX-License-Identifier: MIT
/*
 * Listening sockets from texts such as "192.0.2.1:8443", "[::]:8443", "127.0.0.1:0".
 */
#ifndef APPLIANCE_LISTEN_H
#define APPLIANCE_LISTEN_H

#include <netinet/in.h>

#include "common/problems.h"

struct listen_address {
	struct sockaddr_storage socket;
	socklen_t socket_len;
	char host[INET6_ADDRSTRLEN]; /* without brackets */
	bool is_any;                 /* 0.0.0.0 or :: */
};

/* An address, not a name; the port from 0 (the kernel chooses) to 65535. */
int listen_parse(const char *text, struct listen_address *ret, struct problems *problems);
/*
 * Opens the socket; *ret_port is the real one. [::] takes IPv4 too, and falls back to 0.0.0.0 on a
 * machine without IPv6.
 */
int listen_open(const struct listen_address *address, int *ret_fd, unsigned *ret_port,
		struct problems *problems);
/* "SCHEME://HOST:PORT" to reach it from this machine: loopback for an is_any address. */
char *listen_url(const char *scheme, const struct listen_address *address, unsigned port);

#endif
