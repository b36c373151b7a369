// SPDX-License-Identifier: MIT
/*
 * The network devices of this machine as the kernel has them now. A list, in the kernel's order, of
 *
 *	{"name", "kind": "nic" | "bond" | "bridge" | "vlan" | another of the kernel's words, "mac", "mtu",
 *	 "is_up", "has_carrier", "speed_mbps", "duplex": "full" | "half", "master", "addresses": [],
 *	 "rx": {"bytes", "packets", "errors", "drops"}, "tx": the same,
 *	 "routes": [{"destination": "0.0.0.0/0", "gateway", "metric", "origin": "static" | "boot" (by hand) |
 *	             "kernel" | "dhcp" | "ra" | "redirect" | "other"}], those of the main table,
 *	 "dns_servers": [], "search_domains": [],
 *	 a VLAN:        "parent", "vlan_id"
 *	 a bridge:      "filters_vlans"
 *	 a bond:        "mode", "active_port", "partner_mac", "aggregator"
 *	 a bond's port: "port_state": "active" | "backup", "aggregator"
 *	 a bridge's:    "port_state": "forwarding" | "blocking" | "listening" | "learning" | "disabled"
 *	 with VLANs:    "vlans": [{"id", "is_tagged", "is_pvid"}]}
 *
 * What does not hold for a device, or is not known, is left out. "partner_mac" is that of LACP, and all
 * zeroes while no partner has been heard.
 */
#ifndef NODE_LINKS_H
#define NODE_LINKS_H

#include "common/json.h"

/*
 * From rtnetlink, sysfs and systemd-resolved, without loopback; below another root than "/" from ROOT/links.json. Owned by
 * the caller; NULL with a problem.
 */
json_t *links_read(const char *root, struct problems *problems);
/* By its name; borrowed, NULL when there is none. */
const json_t *links_find(const json_t *links, const char *name);

#endif
