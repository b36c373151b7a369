// SPDX-License-Identifier: MIT
/*
 * From what the switches said to networks to try, in a fixed order:
 *	1. LACP over the ports that hear it from one switch (the largest such group, then the first port)
 *	2. the same with each VLAN that LLDP names on these ports, ascending
 *	3. each other port that LLDP names VLANs on, in the order given: each VLAN, ascending
 */
#ifndef NODE_PROBE_PLAN_H
#define NODE_PROBE_PLAN_H

#include "common/json.h"
#include "node/link_frames.h"

#define PROBE_JSON "/run/roost/probe.json"
#define PROBE_TRIES_MAX 12

/* A port of the host, and what was heard on it. */
struct probe_port {
	char *name;
	char *mac;
	bool has_lacp, has_lldp;
	struct link_frame lacp, lldp;
};

/* What was heard later counts. */
void probe_port_heard(struct probe_port *port, const struct link_frame *frame);
/*
 * {"heard": [{"nic", "mac", "switch", "lacp": bool, "untagged", "vlans": [N]}],
 *  "tries": [{"name": "LACP on ens3, ens4", "lines": kickstart commands}]}, at most PROBE_TRIES_MAX of them.
 */
json_t *probe_plan(const struct probe_port *ports, size_t count);

#endif
