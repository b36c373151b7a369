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
	unsigned connections_per_address_max; /* further ones are closed without a word; 0: no limit */
	unsigned downloads_per_address_max;   /* further files are refused with 503 */
};

struct server;

/*
 * Starts a thread that serves until server_stop. The texts may be freed afterwards. One thread will do:
 * files go out by sendfile(2), and 100 clients that each load 88 MB while another one stalls cost it
 * 1.3 s of processor time in all (17 MB of memory, 8.8 GB through one core's loopback in 4 to 9 s); a
 * pool of 2 or 4 threads was no faster within what the clients could take.
 */
int server_start(struct appliance *appliance, const struct server_config *config,
		 struct server **ret, struct problems *problems);
/* Ends what is under way and the thread. */
void server_stop(struct server *server);
/* To be called every few seconds: ends downloads that do not move. */
void server_tick(struct server *server);

#endif
