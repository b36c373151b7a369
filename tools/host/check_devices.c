// SPDX-License-Identifier: MIT
/* Rules about devices and what they are made of; see check_network.h. */
#include <ctype.h>

#include "host/check_network.h"
#include "host/kind.h"

static bool is_numbered(const char *name, const char *prefix)
{
	const char *digits = str_after(name, prefix);

	return digits && *digits && digits[strspn(digits, "0123456789")] == '\0';
}

/* "ens3.5": no NIC has such a name from udev or the kernel. */
static bool is_vlan_name(const char *name)
{
	const char *dot = strrchr(name, '.');
	long long id;

	return dot && dot != name && str_to_int(dot + 1, 1, 4094, &id);
}

/* Names that only a configuration gives; where nothing makes the device, something is missing. */
enum { BOND, BRIDGE, VLAN, MADE_NAMES };
static const struct { const char *prefix, *kind, *option, *argument; } made_names[MADE_NAMES] = {
	[BOND] = { "bond", "bond", "bondslaves", "bond" },
	[BRIDGE] = { "br", "bridge", "bridgeslaves", "bridge" },
	[VLAN] = { "vlan", "VLAN", "vlanid", "vlan" },
};

static int check_is_made(const struct host_graph *graph, const struct host_device *device,
			 struct problems *problems)
{
	const struct host_network *place = device->named_by;
	const char *option = device->network ? "device" : host_kind_of(place)->ports_option;
	size_t i = 0;

	if (host_device_is_made(device) ||
	    (graph->machine && host_machine_nic(graph->machine, device->name)))
		return 0;
	while (i < MADE_NAMES && !is_numbered(device->name, made_names[i].prefix))
		i++;
	if (i == MADE_NAMES && !host_device_is_alias(device->name) &&
	    is_vlan_name(device->name))
		i = VLAN;
	if (i == MADE_NAMES)
		return 0;
	return ks_problem(&host_network_command, place, option, problems,
			  "\"%s\" is not there: expected a %s of this name: --%s, or %s= on the kernel "
			  "command line", device->name, made_names[i].kind, made_names[i].option,
			  made_names[i].argument);
}

/* What a device that is made cannot be called. */
static int check_made_name(const struct host_device *device, struct problems *problems)
{
	const struct host_network *network = device->network;
	bool is_vlan = network->vlanid;
	const char *option = network->interfacename ? "interfacename" : "device";

	if (!is_vlan && !ks_is_given(&host_network_command, network, "device"))
		return ks_problem(&host_network_command, network, "device", problems,
				  "missing: a %s needs a name of its own",
				  host_kind_of(network)->name);
	if (!is_vlan && host_device_is_alias(network->device))
		return ks_problem(&host_network_command, network, "device", problems,
				  "\"%s\" stands for a NIC: a %s needs a name of its own",
				  network->device, host_kind_of(network)->name);
	if (is_numbered(device->name, "vnet") || is_numbered(device->name, "virbr"))
		return ks_problem(&host_network_command, network, option, problems,
				  "\"%s\" is a name that libvirt gives: expected another one",
				  device->name);
	return 0;
}

/* Options that belong to a device with addresses. */
static bool has_address_options(const struct host_network *network)
{
	static const char *const options[] = { "bootproto", "ip", "netmask", "gateway", "ipv6",
					       "ipv6gateway", "nameserver", "route", "dhcpclass",
					       "ipv4-dns-search", "ipv6-dns-search", NULL };

	for (size_t i = 0; options[i]; i++)
		if (ks_is_given(&host_network_command, network, options[i]))
			return true;
	return false;
}

/* Rules about a device as a port of the bond or bridge above it. */
static int check_port(const struct host_device *port, struct problems *problems)
{
	const struct host_network *above = port->above->network, *own = port->network;
	const char *option = host_kind_of(above)->ports_option;
	bool is_bond = host_kind_of(above) == &host_kind_bond;
	int bad = 0;

	if (!own)
		return 0;
	if (host_kind_of(own) == &host_kind_bridge || (is_bond && host_kind_of(own) == &host_kind_bond))
		bad = ks_problem(&host_network_command, above, option, problems,
				 "\"%s\" is a %s (%s:%u): expected %s", port->name,
				 host_kind_of(own)->name, own->at.file, own->at.line,
				 is_bond ? "NICs" : "a NIC, a bond or a VLAN");
	if (has_address_options(own))
		bad = ks_problem(&host_network_command, own, NULL, problems,
				 "\"%s\" is a port of \"%s\" (%s:%u) and can have no address: "
				 "addresses belong to \"%s\"", port->name, port->above->name,
				 above->at.file, above->at.line, port->above->name);
	if (!own->onboot)
		bad = ks_problem(&host_network_command, own, "onboot", problems,
				 "\"%s\" is a port of \"%s\" (%s:%u), which needs it: expected yes",
				 port->name, port->above->name, above->at.file, above->at.line);
	return bad;
}

/* `seen` has a flag for every device of the graph. */
static bool is_made_of(const struct host_device *device, const struct host_device *wanted,
		       bool *seen)
{
	seen[device->index] = true;
	for (struct host_device **below = device->below; below && *below; below++)
		if (*below == wanted ||
		    (!seen[(*below)->index] && is_made_of(*below, wanted, seen)))
			return true;
	return false;
}

static int check_loop(const struct host_graph *graph, const struct host_device *device,
		      struct problems *problems)
{
	autofree bool *seen = xcalloc(graph->count, sizeof(*seen));

	if (!is_made_of(device, device, seen))
		return 0;
	return ks_problem(&host_network_command, device->network, "device", problems,
			  "\"%s\" is made of devices that are made of it", device->name);
}

int host_check_devices(const struct host_graph *graph, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < graph->count; i++) {
		const struct host_device *device = graph->devices[i];

		bad |= check_is_made(graph, device, problems);
		if (host_device_is_made(device))
			bad |= check_made_name(device, problems);
		if (device->above)
			bad |= check_port(device, problems);
		bad |= check_loop(graph, device, problems);
	}
	return bad;
}

int host_graph_check(const struct host_graph *graph, struct problems *problems)
{
	if (host_check_devices(graph, problems) < 0)
		return -1;
	return host_check_vlans(graph, problems) | host_check_mtus(graph, problems) |
	       host_check_addresses(graph, problems) | host_check_routes(graph, problems);
}
