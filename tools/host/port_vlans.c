// SPDX-License-Identifier: MIT
/* What a port of a bridge carries; see port_vlans.h. */
#include "host/kind.h"
#include "host/port_vlans.h"

static struct host_port_vlans of_port(const struct host_network *port,
				      const struct host_network *bridge)
{
	bool has_pvid = port && ks_is_given(&host_network_command, port, "bridge-pvid");
	char **vids = port && port->bridge_vids ? port->bridge_vids : bridge->bridge_vids;

	if (port && port->bridge_access)
		return (struct host_port_vlans){ .untagged = port->bridge_access };
	return (struct host_port_vlans){
		.is_default = !vids && !has_pvid,
		.untagged = has_pvid ? port->bridge_pvid : host_bridge_default_pvid(bridge),
		.tagged = strv_copy(vids),
	};
}

static struct host_port_vlans of_bridge(const struct host_device *bridge)
{
	struct host_port_vlans vlans = {
		.is_default = !bridge->vlans,
		.untagged = host_bridge_default_pvid(bridge->network),
	};

	for (struct host_device **vlan = bridge->vlans; vlan && *vlan; vlan++)
		strv_pushf(&vlans.tagged, "%d", (*vlan)->network->vlanid);
	return vlans;
}

bool host_port_vlans(const struct host_device *device, struct host_port_vlans *ret)
{
	if (device->above && host_bridge_filters_vlans(device->above->network))
		*ret = of_port(device->network, device->above->network);
	else if (device->network && host_bridge_filters_vlans(device->network))
		*ret = of_bridge(device);
	else
		return false;
	return true;
}

void host_port_vlans_done(struct host_port_vlans *vlans)
{
	strv_free(vlans->tagged);
	*vlans = (struct host_port_vlans){ 0 };
}
