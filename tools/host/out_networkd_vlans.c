// SPDX-License-Identifier: MIT
/*
 * [BridgeVLAN] sections of a bridge that filters VLANs.
 *
 *	--bridge-access=10                 untagged 10, and nothing else
 *	--bridge-vids=10-19,30             those tagged, beside the bridge's default VLAN untagged
 *	--bridge-vids=... --bridge-pvid=5  those tagged, 5 untagged; --bridge-pvid=0: no untagged frames
 * A port without any of them takes --bridge-vids of its bridge; when there are none either, nothing is
 * written, and the kernel gives it the default VLAN. The bridge itself, as the host's own port, has the
 * default VLAN and those of the VLAN devices on it.
 */
#include "host/kind.h"
#include "host/out_networkd.h"

/* 0: no untagged frames. */
static void write_untagged(FILE *out, int id)
{
	if (id)
		fprintf(out, "PVID=%d\nEgressUntagged=%d\n", id, id);
	else
		fputs("PVID=no\n", out);
}

static void write_port(FILE *out, const struct host_network *port,
		       const struct host_network *bridge)
{
	bool has_pvid = port && ks_is_given(&host_network_command, port, "bridge-pvid");
	char **vids = port && port->bridge_vids ? port->bridge_vids : bridge->bridge_vids;

	if (port && port->bridge_access) {
		fputs("\n[BridgeVLAN]\n", out);
		write_untagged(out, port->bridge_access);
		return;
	}
	if (!vids && !has_pvid)
		return;
	fputs("\n[BridgeVLAN]\n", out);
	write_untagged(out, has_pvid ? port->bridge_pvid : host_bridge_default_pvid(bridge));
	for (; vids && *vids; vids++)
		fprintf(out, "VLAN=%s\n", *vids);
}

void host_write_bridge_vlans(FILE *out, const struct host_device *device)
{
	const struct host_network *network = device->network;

	if (device->above && host_bridge_filters_vlans(device->above->network))
		write_port(out, network, device->above->network);
	if (!network || !host_bridge_filters_vlans(network) || !device->vlans)
		return;
	fputs("\n[BridgeVLAN]\n", out);
	write_untagged(out, host_bridge_default_pvid(network));
	for (struct host_device **vlan = device->vlans; *vlan; vlan++)
		fprintf(out, "VLAN=%d\n", (*vlan)->network->vlanid);
}
