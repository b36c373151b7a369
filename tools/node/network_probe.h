// SPDX-License-Identifier: MIT
/*
 * Listens to what the switches say on every NIC, and writes what is worth a try to /run/roost/probe.json
 * (probe_plan.h). Nothing is sent. network_fallback.h gives each its turn.
 */
#ifndef NODE_NETWORK_PROBE_H
#define NODE_NETWORK_PROBE_H

#include "common/problems.h"

/* LLDP comes every 30 s, LACP at the latest as well. */
#define PROBE_LISTEN_S 35

struct network_probe {
	const char *root;
	int listen_ms;
};

/* 0, also when nothing was heard, or -1. */
int network_probe(const struct network_probe *probe, struct problems *problems);

#endif
