// SPDX-License-Identifier: MIT
/*
 * The addresses of the appliance and the servers on them: nodes and operators over HTTPS, boot files
 * over plain HTTP. The sockets stay open while servers start again with a new certificate.
 */
#ifndef APPLIANCE_ENDPOINTS_H
#define APPLIANCE_ENDPOINTS_H

#include "appliance/appliance.h"
#include "appliance/service.h"
#include "common/json.h"

struct endpoint;

struct endpoints {
	struct endpoint *list; /* nodes, operators, then those for boot files */
	size_t count;
	unsigned connections_max;
};

/*
 * Listens on all addresses of the configuration; a client that comes now waits for its server.
 * *ret_reach is how to reach them.
 */
int endpoints_open(const struct service_config *config, struct endpoints *ret,
		   struct reach *ret_reach, struct problems *problems);
/* Closes the sockets; the servers have been stopped. */
void endpoints_done(struct endpoints *endpoints);

/* Starts those servers that are not running. */
int endpoints_start(const struct service_config *config, struct endpoints *endpoints,
		    struct appliance *appliance, struct problems *problems);
/* Stops the servers of these listeners (enum listener, or-ed). */
void endpoints_stop(struct endpoints *endpoints, unsigned listeners);
/* server_tick() for all. */
void endpoints_tick(struct endpoints *endpoints);

/* Where to reach them from this machine: {"nodes": URL, "admin": URL, "boot": [URL...]}. New. */
json_t *endpoints_json(const struct endpoints *endpoints);
/* A line for each in the log. */
void endpoints_announce(const struct endpoints *endpoints);

#endif
