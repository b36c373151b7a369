// SPDX-License-Identifier: MIT
/*
 * The VLANs that a port of a bridge carries, when the bridge filters them.
 *
 *	--bridge-access=10                 untagged 10, and nothing else
 *	--bridge-vids=10-19,30             those tagged, beside the bridge's default VLAN untagged
 *	--bridge-vids=... --bridge-pvid=5  those tagged, 5 untagged; --bridge-pvid=0: no untagged frames
 * A port without any of them takes --bridge-vids of its bridge; when there are none either, the kernel
 * gives it the default VLAN. The bridge itself, as the host's own port, has the default VLAN and those of
 * the VLAN devices on it.
 */
#ifndef HOST_PORT_VLANS_H
#define HOST_PORT_VLANS_H

#include "host/graph.h"

struct host_port_vlans {
	bool is_default;        /* nothing is said: what the kernel gives by itself */
	int untagged;           /* the VLAN of untagged frames, in and out; 0: there are none */
	char **tagged;          /* "10", "20-29" (host_vids()); one that is untagged too is untagged */
};

/* False and *ret untouched for what is neither such a port nor such a bridge. */
bool host_port_vlans(const struct host_device *device, struct host_port_vlans *ret);
void host_port_vlans_done(struct host_port_vlans *vlans);
#define autoportvlans __attribute__((cleanup(host_port_vlans_done)))

#endif
