// SPDX-License-Identifier: MIT
/* The [BridgeVLAN] section of a port of a bridge that filters VLANs, and of such a bridge. */
#include "host/out_networkd.h"
#include "host/port_vlans.h"

void host_write_bridge_vlans(FILE *out, const struct host_device *device)
{
	autoportvlans struct host_port_vlans vlans = { 0 };

	if (!host_port_vlans(device, &vlans) || vlans.is_default)
		return;
	fputs("\n[BridgeVLAN]\n", out);
	if (vlans.untagged)
		fprintf(out, "PVID=%d\nEgressUntagged=%d\n", vlans.untagged, vlans.untagged);
	else
		fputs("PVID=no\n", out);
	for (char **ids = vlans.tagged; ids && *ids; ids++)
		fprintf(out, "VLAN=%s\n", *ids);
}
