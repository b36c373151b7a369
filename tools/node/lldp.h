// SPDX-License-Identifier: MIT
/*
 * What the switches say about the ports that this machine is plugged into: LLDP (IEEE 802.1AB), which
 * systemd-networkd listens to on every NIC with LLDP=yes and tells over varlink
 * (io.systemd.Network.GetLLDPNeighbors). A switch repeats itself every 30 s.
 *
 *	reply      = { "parameters": { "Neighbors": [ interface... ] } }
 *	interface  = { "InterfaceName": text, "Neighbors": [ neighbour... ], ... }
 *	neighbour  = { "ChassisID", "PortID", "PortDescription", "SystemName", "SystemDescription": text,
 *	               "EnabledCapabilities": bits, "VlanID": number, ... }, each of them optional
 *
 * Whoever is on the cable chose these texts, so they are bounded and made fit for a terminal. systemd
 * before 258 says nothing of VLANs.
 */
#ifndef NODE_LLDP_H
#define NODE_LLDP_H

#include "common/json.h"

#define LLDP_NEIGHBOURS_MAX 256     /* more are left out */
#define LLDP_REPLY_MAX (1024 * 1024)

struct lldp_neighbour {
	char *nic;              /* ours: "ens3" */
	char *chassis_id;       /* "00:11:22:33:44:55"; this and all texts below: NULL when not said */
	char *port_id;          /* "Gi1/0/7" */
	char *port_description;
	char *system_name;
	char *system_description;
	unsigned capabilities;  /* bit 0 and up: IEEE 802.1AB, table 8-4 */
	int vlan_id;            /* of untagged frames on the port; 0: not said */
};

struct lldp_neighbours {
	struct lldp_neighbour *items; /* sorted by NIC, chassis, port */
	size_t count;
};

/*
 * From systemd-networkd; below another root than "/" from its reply in ROOT/lldp.json. -1 with a problem
 * when it does not answer within 2 s or says something else. No file, or no systemd-networkd: none, and 0.
 */
int lldp_neighbours_get(const char *root, struct lldp_neighbours *ret, struct problems *problems);
/* A reply as above. -1 with a problem and *ret untouched. */
int lldp_neighbours_read(const char *data, size_t len, struct lldp_neighbours *ret,
			 struct problems *problems);
void lldp_neighbours_done(struct lldp_neighbours *neighbours);
#define autolldp __attribute__((cleanup(lldp_neighbours_done)))

/*
 * Those of one NIC: [{"system_name", "port_id", "port_description", "chassis_id", "system_description",
 * "vlan_id", "capabilities": ["bridge", ...]}], null where nothing was said. Owned by the caller.
 */
json_t *lldp_json(const struct lldp_neighbours *neighbours, const char *nic);

#endif
