// SPDX-License-Identifier: MIT
/* Rules about MTUs; see check_network.h. */
#include "host/check_network.h"
#include "host/kind.h"
#include "host/network.h"

#define IPV6_MIN_MTU 1280 /* RFC 8200 section 5 */

/* "at ks:3", or that nothing was said about it. Owned by the caller. */
static char *place_of(const struct host_device *device)
{
	const struct host_network *network = device->network;

	return network && network->mtu ? xasprintf("%s:%u", network->at.file, network->at.line) :
					 xstrdup("no --mtu");
}

/* The kernel refuses a VLAN above its parent; a bridge would drop what a port cannot carry. */
static int check_below(const struct host_device *device, struct problems *problems)
{
	int bad = 0;

	for (struct host_device **below = device->below; below && *below; below++) {
		autofree char *place = place_of(*below);

		if (device->network->mtu > (*below)->mtu)
			bad = ks_problem(&host_network_command, device->network, "mtu", problems,
					 "%d is above %d, the MTU of \"%s\" below (%s): expected at "
					 "most that", device->network->mtu, (*below)->mtu,
					 (*below)->name, place);
	}
	return bad;
}

/* The kernel gives every port of a bond the bond's MTU. */
static int check_slave(const struct host_device *port, struct problems *problems)
{
	autofree char *place = NULL;

	if (!port->network || !port->network->mtu || port->network->mtu == port->mtu)
		return 0;
	place = place_of(port->above);
	return ks_problem(&host_network_command, port->network, "mtu", problems,
			  "%d is not %d, the MTU of \"%s\" (%s), which its ports get: expected it "
			  "there", port->network->mtu, port->mtu, port->above->name, place);
}

static int check_ipv6(const struct host_device *device, struct problems *problems)
{
	if (device->above || streq(host_network_ipv6(device->network), "no") ||
	    device->mtu >= IPV6_MIN_MTU)
		return 0;
	return ks_problem(&host_network_command, device->network, "mtu", problems,
			  "%d is too small for IPv6: expected %d or more, or --noipv6", device->mtu,
			  IPV6_MIN_MTU);
}

int host_check_mtus(const struct host_graph *graph, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < graph->count; i++) {
		const struct host_device *device = graph->devices[i];
		bool is_bond = device->network && device->network->bondslaves;
		bool is_slave = device->above && device->above->network->bondslaves;

		if (is_slave)
			bad |= check_slave(device, problems);
		if (device->network && device->network->mtu && !is_bond)
			bad |= check_below(device, problems);
		if (device->network)
			bad |= check_ipv6(device, problems);
	}
	return bad;
}
