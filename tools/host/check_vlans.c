// SPDX-License-Identifier: MIT
/* Rules about VLANs, as devices and on the ports of a bridge; see check_network.h. */
#include "host/check_network.h"
#include "host/kind.h"
#include "host/types_network.h"

static int check_vlan(const struct host_device *vlan, struct problems *problems)
{
	const struct host_network *network = vlan->network;
	const struct host_device *parent = vlan->below[0], *above = parent->above;
	int bad = 0;

	for (struct host_device **other = parent->vlans; *other != vlan; other++)
		if ((*other)->network->vlanid == network->vlanid)
			bad = ks_problem(&host_network_command, network, "vlanid", problems,
					 "\"%s\" has VLAN %d already: \"%s\" (%s:%u)", parent->name,
					 network->vlanid, (*other)->name,
					 (*other)->network->at.file, (*other)->network->at.line);
	if (above && host_kind_of(above->network) == &host_kind_bond)
		bad = ks_problem(&host_network_command, network, "device", problems,
				 "\"%s\" is a port of \"%s\" (%s:%u): expected the VLAN on \"%s\"",
				 parent->name, above->name, above->network->at.file,
				 above->network->at.line, above->name);
	return bad;
}

static bool has_any(const struct host_network *network)
{
	return ks_is_given(&host_network_command, network, "bridge-vids") ||
	       ks_is_given(&host_network_command, network, "bridge-pvid") ||
	       ks_is_given(&host_network_command, network, "bridge-access");
}

/* The first of --bridge-* that was given. */
static const char *given_option(const struct host_network *network)
{
	static const char *const names[] = { "bridge-vids", "bridge-pvid", "bridge-access" };
	size_t i = 0;

	while (!ks_is_given(&host_network_command, network, names[i]))
		i++;
	return names[i];
}

/* The VLANs of a port, or those that a bridge has for all its ports. */
static int check_place(const struct host_device *device, struct problems *problems)
{
	const struct host_network *network = device->network;
	const struct host_network *bridge = device->above ? device->above->network : NULL;
	bool is_bridge = host_kind_of(network) == &host_kind_bridge;

	if (is_bridge)
		bridge = network;
	if (!bridge || host_kind_of(bridge) != &host_kind_bridge)
		return ks_problem(&host_network_command, network, given_option(network), problems,
				  "\"%s\" is no port of a bridge: expected it among some "
				  "--bridgeslaves", device->name);
	if (!host_bridge_filters_vlans(bridge))
		return ks_problem(&host_network_command, network, given_option(network), problems,
				  "needs --bridgeopts=vlan-filtering=yes of \"%s\" (%s:%u)",
				  bridge->device, bridge->at.file, bridge->at.line);
	if (is_bridge && !streq(given_option(network), "bridge-vids"))
		return ks_problem(&host_network_command, network, given_option(network), problems,
				  "belongs to a port: expected --bridgeopts=vlan-default-pvid=ID for "
				  "all of them");
	return 0;
}

static bool carries(const struct host_device *port, int id)
{
	const struct host_network *own = port->network, *bridge = port->above->network;
	char **range = own && own->bridge_vids ? own->bridge_vids : bridge->bridge_vids;
	int first, last;

	for (; range && *range; range++) {
		host_vids(*range, &first, &last);
		if (first <= id && id <= last)
			return true;
	}
	return false;
}

/* The kernel gives a VLAN's frames to its device before the bridge sees them. */
static int check_taken(const struct host_device *port, struct problems *problems)
{
	int bad = 0;

	for (struct host_device **vlan = port->vlans; vlan && *vlan; vlan++)
		if (carries(port, (*vlan)->network->vlanid))
			bad = ks_problem(&host_network_command, (*vlan)->network, "vlanid", problems,
					 "\"%s\" takes VLAN %d of \"%s\" away from the bridge \"%s\" "
					 "(%s:%u), which is to carry it (--bridge-vids): expected one of "
					 "the two",
					 (*vlan)->name, (*vlan)->network->vlanid, port->name,
					 port->above->name, port->above->network->at.file,
					 port->above->network->at.line);
	return bad;
}

/* The host's own port of the bridge gets these frames without a tag. */
static int check_untagged(const struct host_device *bridge, struct problems *problems)
{
	int pvid = host_bridge_default_pvid(bridge->network), bad = 0;

	for (struct host_device **vlan = bridge->vlans; vlan && *vlan; vlan++)
		if ((*vlan)->network->vlanid == pvid)
			bad = ks_problem(&host_network_command, (*vlan)->network, "vlanid", problems,
					 "VLAN %d is untagged on \"%s\" (%s:%u): expected the address "
					 "on \"%s\", or another vlan-default-pvid", pvid, bridge->name,
					 bridge->network->at.file, bridge->network->at.line,
					 bridge->name);
	return bad;
}

int host_check_vlans(const struct host_graph *graph, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < graph->count; i++) {
		const struct host_device *device = graph->devices[i];

		if (host_device_parent(device))
			bad |= check_vlan(device, problems);
		if (device->network && has_any(device->network))
			bad |= check_place(device, problems);
		if (device->above && host_bridge_filters_vlans(device->above->network))
			bad |= check_taken(device, problems);
		if (device->network && host_bridge_filters_vlans(device->network))
			bad |= check_untagged(device, problems);
	}
	return bad;
}
