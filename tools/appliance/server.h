// SPDX-License-Identifier: MIT
/*
 * The HTTP server (libmicrohttpd), with TLS or without: takes requests off the wire, bounded in size, time and number,
 * and gives them to the table of routes.
 */
#ifndef APPLIANCE_SERVER_H
#define APPLIANCE_SERVER_H

#include "appliance/routes.h"

struct server_config {
	enum listener listener;
	int fd;                      /* listening socket; the server takes a copy */
	const char *certificate_pem; /* NULL: plain HTTP; then key and authority are not used */
	const char *key_pem;
	const char *ca_pem;          /* to verify client certificates */
	unsigned connections_max;
	unsigned connections_per_address_max;
};

struct server;

/* Starts a thread that serves until server_stop. The texts may be freed afterwards. */
int server_start(struct appliance *appliance, const struct server_config *config,
		 struct server **ret, struct problems *problems);
/* Ends what is under way and the thread. */
void server_stop(struct server *server);

#endif
