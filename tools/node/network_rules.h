// SPDX-License-Identifier: MIT
/*
 * The rules of network_compare.c: each compares one thing of a device, in the configuration and as it is,
 * and adds a text for each difference. Those of a subject with helpers of its own have a file of their own.
 */
#ifndef NODE_NETWORK_RULES_H
#define NODE_NETWORK_RULES_H

#include "common/json.h"
#include "host/graph.h"

struct comparing {
	const struct host_device *device;
	const struct host_network *network; /* NULL: only named as a port */
	const json_t *link;     /* of links.h */
	json_t *differences;
};

/* Adds one. */
void differs(struct comparing *c, const char *fmt, ...) printf_like(2, 3);
/* Whether the device should have addresses now: a port has none, nor has one that is down or unplugged. */
bool compares_addresses(const struct comparing *c);

void compare_port_vlans(struct comparing *c);
void compare_routes(struct comparing *c);
void compare_dns(struct comparing *c);

#endif
