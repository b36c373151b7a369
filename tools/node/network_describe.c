// SPDX-License-Identifier: MIT
/* The management network as the configuration has it; see network_describe.h. */
#include <net/if.h>

#include "common/file.h"
#include "host/kind.h"
#include "node/network_describe.h"

static const char *wanted_of(const struct host_network *network)
{
	bool has_ipv6 = !network->noipv6 && !(network->ipv6 && streq(network->ipv6, "link"));

	if (network->noipv4 && !has_ipv6)
		return "none";
	if (!network->noipv4 && network->bootproto == HOST_BOOTPROTO_STATIC)
		return "static";
	return network->noipv4 && strchr(network->ipv6 ? network->ipv6 : "", '/') ? "static" : "dhcp";
}

/* The NIC that the device's address goes through: down the first ports. Owned by the caller. */
static char *nic_below(const struct host *host, const struct host_network *network,
		       const struct host_machine *machine)
{
	for (size_t depth = 0; network && depth <= host->networks_count; depth++) {
		const char *port = host_network_port(network, 0);
		const struct host_network *below = NULL;

		if (!port)
			return host_device_name(network->device, machine);
		for (size_t i = 0; i < host->networks_count; i++) {
			autofree char *name = host_network_name(&host->networks[i]);

			if (streq(name, port))
				below = &host->networks[i];
		}
		if (!below)
			return host_device_name(port, machine);
		network = below;
	}
	return NULL;
}

void network_describe(const struct host *host, const struct host_machine *machine,
		      struct network_state *ret)
{
	const struct host_network *network = host_main_network(host);
	autofree char *name = network ? host_network_name(network) : NULL;

	*ret = (struct network_state){ .wanted = "none" };
	if (!network)
		return;
	ret->device = host_device_name(name, machine);
	ret->uplink = nic_below(host, network, machine);
	ret->wanted = wanted_of(network);
	for (size_t i = 0; ret->uplink && i < machine->nics_count; i++)
		if (streq(machine->nics[i].name, ret->uplink))
			ret->mac = xstrdup(machine->nics[i].mac);
}

bool network_is_plain(const struct host *host, const struct host_machine *machine)
{
	const struct host_network *network = host_main_network(host);
	autofree char *nic = network ? nic_below(host, network, machine) : NULL;

	for (size_t i = 0; i < host->networks_count; i++)
		if (host->networks[i].vlanid || host->networks[i].bondslaves)
			return false;
	return nic && host_network_has_dhcp4(network) && streq_null(nic, machine->uplink);
}

unsigned network_stale_lease(const char *root, const struct host *host,
			     const struct host_machine *machine, const struct network_state *state)
{
	const struct host_network *network = host_main_network(host);
	const char *port = network ? host_network_port(network, 0) : NULL;
	autonetstate struct network_state now = { .wanted = "none" };
	autofree char *name = port ? host_device_name(port, machine) : NULL;
	autofree char *ports = NULL, *member = NULL;

	if (!streq(root, "/") || !state->device || !streq(state->wanted, "dhcp"))
		return 0;
	now.device = xstrdup(state->device);
	network_state_look(root, &now);
	ports = xasprintf("/sys/class/net/%s/brif", state->device);
	member = path_join(ports, name ? name : "");
	if (now.addresses && (!path_exists(ports) || path_exists(member)))
		return 0;
	return if_nametoindex(state->device);
}
