// SPDX-License-Identifier: MIT
/*
 * Rules that need the whole configuration. Those of a single command stand beside its table
 * (schema_*.c) and its kind (kind_*.c).
 */
#include <arpa/inet.h>

#include "host/kind.h"
#include "host/read.h"
#include "host/schema.h"

/* The other command that makes the same device, if it comes before this one. */
static int check_duplicate_device(const struct host *host, size_t index,
				  struct problems *problems)
{
	const struct host_network *network = &host->networks[index];
	autofree char *name = host_network_name(network);

	for (size_t i = 0; i < index; i++) {
		autofree char *other = host_network_name(&host->networks[i]);

		if (streq(name, other))
			return ks_problem(&host_network_command, network, "device", problems,
					  "duplicate device \"%s\": the first one is at %s:%u",
					  name, host->networks[i].at.file,
					  host->networks[i].at.line);
	}
	return 0;
}

static const struct host_network *find_network(const struct host *host, const char *device)
{
	for (size_t i = 0; i < host->networks_count; i++) {
		autofree char *name = host_network_name(&host->networks[i]);

		if (streq(name, device))
			return &host->networks[i];
	}
	return NULL;
}

static bool has_address_options(const struct host_network *network)
{
	static const char *const options[] = { "bootproto", "ip", "netmask", "gateway", "ipv6",
					       "ipv6gateway", "nameserver", NULL };

	for (size_t i = 0; options[i]; i++)
		if (ks_is_given(&host_network_command, network, options[i]))
			return true;
	return false;
}

/* Which option names the ports of this command, for messages. */
static const char *ports_option(const struct host_network *network)
{
	return network->bondslaves ? "bondslaves" : network->bridgeslaves ? "bridgeslaves" :
									   "device";
}

/* A port belongs to one bond or bridge, and addresses belong to that. */
static int check_port(const struct host *host, const struct host_network *network,
		      const char *port, struct problems *problems)
{
	const char *option = ports_option(network);
	const struct host_network *own = find_network(host, port);
	autofree char *name = host_network_name(network);
	int bad = 0;

	if (streq(port, name))
		return ks_problem(&host_network_command, network, option, problems,
				  "\"%s\" cannot be a port of itself", port);
	for (const struct host_network *other = host->networks; other != network; other++)
		for (size_t i = 0; host_network_port(other, i); i++)
			if (host_kind_of(other)->owns_ports &&
			    streq(host_network_port(other, i), port))
				bad = ks_problem(&host_network_command, network, option, problems,
						 "\"%s\" is a port already, of the device at %s:%u",
						 port, other->at.file, other->at.line);
	if (!own)
		return bad;
	if (host_kind_of(own) == &host_kind_bridge)
		bad = ks_problem(&host_network_command, network, option, problems,
				 "\"%s\" is a bridge (%s:%u): expected a NIC, a bond or a VLAN",
				 port, own->at.file, own->at.line);
	if (host_kind_of(own) == &host_kind_bond && network->bondslaves)
		bad = ks_problem(&host_network_command, network, option, problems,
				 "\"%s\" is a bond (%s:%u): expected NICs", port, own->at.file,
				 own->at.line);
	if (has_address_options(own))
		bad = ks_problem(&host_network_command, own, NULL, problems,
				 "\"%s\" is a port of \"%s\" (%s:%u) and can have no address: "
				 "addresses belong to \"%s\"", port, name, network->at.file,
				 network->at.line, name);
	return bad;
}

/* bond over VLAN over the same bond: follows the first ports, which a loop never leaves. */
static int check_loop(const struct host *host, const struct host_network *network,
		      struct problems *problems)
{
	const struct host_network *below = network;

	for (size_t depth = 0; depth <= host->networks_count; depth++) {
		const char *port = host_network_port(below, 0);

		below = port ? find_network(host, port) : NULL;
		if (!below)
			return 0;
	}
	return ks_problem(&host_network_command, network, "device", problems,
			  "is made of devices that are made of it");
}

/* A gateway that no packet can reach is a typing error in the address, the mask or the gateway. */
static int check_gateway(const struct host_network *network, struct problems *problems)
{
	struct in_addr ip, mask, gateway;

	if (!network->gateway || !network->ip || !network->netmask ||
	    inet_pton(AF_INET, network->ip, &ip) != 1 ||
	    inet_pton(AF_INET, network->netmask, &mask) != 1 ||
	    inet_pton(AF_INET, network->gateway, &gateway) != 1)
		return 0;
	if (mask.s_addr == 0xffffffff || (ip.s_addr & mask.s_addr) == (gateway.s_addr & mask.s_addr))
		return 0;
	return ks_problem(&host_network_command, network, "gateway", problems,
			  "%s is outside the network of %s with netmask %s", network->gateway,
			  network->ip, network->netmask);
}

static int check_networks(const struct host *host, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < host->networks_count; i++) {
		const struct host_network *network = &host->networks[i];
		bool owns_ports = host_kind_of(network)->owns_ports;

		bad |= check_duplicate_device(host, i, problems);
		for (size_t p = 0; owns_ports && host_network_port(network, p); p++)
			bad |= check_port(host, network, host_network_port(network, p), problems);
		bad |= check_loop(host, network, problems);
		bad |= check_gateway(network, problems);
	}
	return bad;
}

static int check_pools(const struct host *host, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < host->pools_count; i++)
		for (size_t j = 0; j < i; j++)
			if (streq(host->pools[i].name, host->pools[j].name))
				bad = ks_problem(&host_pool_command, &host->pools[i], "name",
						 problems, "duplicate pool \"%s\": the first one is "
						 "at %s:%u", host->pools[i].name,
						 host->pools[j].at.file, host->pools[j].at.line);
	return bad;
}

static int check_targets(const struct host *host, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < host->iscsi_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct host_iscsi *a = &host->iscsi[i], *b = &host->iscsi[j];

			/* the same target through two portals is multipath */
			if (streq(a->target, b->target) && streq(a->ipaddr, b->ipaddr) &&
			    a->port == b->port)
				bad = ks_problem(&host_iscsi_command, a, "target", problems,
						 "duplicate target \"%s\": the first one is at "
						 "%s:%u", a->target, b->at.file, b->at.line);
		}
	return bad;
}

static int check_timesources(const struct host *host, struct problems *problems)
{
	for (size_t i = 0; i < host->timesources_count; i++)
		if (host->timesources[i].ntp_disable && host->timesources_count > 1)
			return ks_problem(&host_timesource_command, &host->timesources[i],
					  "ntp-disable", problems,
					  "contradicts the other timesource commands");
	return 0;
}

int host_check(const struct host *host, struct problems *problems)
{
	int bad = check_networks(host, problems) | check_pools(host, problems) |
		  check_targets(host, problems) | check_timesources(host, problems);

	return bad ? -1 : 0;
}
