// SPDX-License-Identifier: MIT
/* Rules about static addresses; see check_network.h. */
#include <arpa/inet.h>

#include "host/check_network.h"
#include "host/network.h"

/* One static address of one device. */
struct address {
	const struct host_device *device;
	const char *option;
	struct prefix prefix;
};

static size_t collect(const struct host_graph *graph, struct address *ret)
{
	static const struct { int family; const char *option; } families[] = {
		{ AF_INET, "ip" }, { AF_INET6, "ipv6" },
	};
	size_t n = 0;

	for (size_t i = 0; i < graph->count; i++)
		for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
			const struct host_device *device = graph->devices[i];

			ret[n] = (struct address){ device, families[f].option, { 0 } };
			if (device->network && !device->above &&
			    host_network_address(device->network, families[f].family,
						 &ret[n].prefix))
				n++;
		}
	return n;
}

static int check_alone(const struct address *address, struct problems *problems)
{
	const char *what = prefix_not_a_host(&address->prefix);
	autofree char *text = prefix_text(&address->prefix);

	if (!what)
		return 0;
	return ks_problem(&host_network_command, address->device->network, address->option,
			  problems, "%s is %s: expected the address of a host", text, what);
}

/* Two devices in one network: the kernel would send through either. */
static int check_pair(const struct address *address, const struct address *other,
		      struct problems *problems)
{
	const struct prefix *a = &address->prefix, *b = &other->prefix;
	const struct ks_at *at = &other->device->network->at;
	autofree char *text = prefix_text(a);
	/* one address alone is a network of nobody else */
	bool is_host = a->length == prefix_bits(a) || b->length == prefix_bits(b);

	if (prefix_same_address(a, b) && !prefix_is_link_local(a))
		return ks_problem(&host_network_command, address->device->network, address->option,
				  problems, "%s is the address of \"%s\" too (%s:%u): expected another "
				  "one", text, other->device->name, at->file, at->line);
	if (is_host || prefix_is_link_local(a) || !prefix_overlaps(a, b))
		return 0;
	return ks_problem(&host_network_command, address->device->network, address->option,
			  problems, "the network of %s overlaps that of \"%s\" (%s:%u): expected a "
			  "network for each device", text, other->device->name, at->file, at->line);
}

int host_check_addresses(const struct host_graph *graph, struct problems *problems)
{
	autofree struct address *addresses = xcalloc(graph->count * 2 + 1, sizeof(*addresses));
	size_t count = collect(graph, addresses);
	int bad = 0;

	for (size_t i = 0; i < count; i++) {
		bad |= check_alone(&addresses[i], problems);
		for (size_t j = 0; j < i; j++)
			bad |= check_pair(&addresses[i], &addresses[j], problems);
	}
	return bad;
}
