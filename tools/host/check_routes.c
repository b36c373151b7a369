// SPDX-License-Identifier: MIT
/* Rules about gateways and routes; see check_network.h. */
#include <arpa/inet.h>

#include "host/check_network.h"
#include "host/kind.h"
#include "host/network.h"

static const struct family {
	int family;
	const char *name;
	const char *gateway;    /* the option */
} families[] = {
	{ AF_INET, "IPv4", "gateway" },
	{ AF_INET6, "IPv6", "ipv6gateway" },
};

/* The address without its length; owned by the caller. */
static char *host_text(const struct prefix *prefix)
{
	char *text = prefix_text(prefix);

	*strchr(text, '/') = '\0';
	return text;
}

/*
 * Whether a static network of the device has the gateway, and what is wrong otherwise. A gateway that
 * no packet can reach is a typing error in the address, the mask or the gateway.
 */
static int check_reachable(const struct host_device *device, const char *option,
			   const struct prefix *gateway, struct problems *problems)
{
	const struct host_network *network = device->network;
	autofree char *text = host_text(gateway), *own_text = NULL;
	struct prefix own, with_length = *gateway;
	const char *what;

	if (!host_network_address(network, gateway->family, &own))
		return 0;
	own_text = prefix_text(&own);
	with_length.length = own.length;
	what = prefix_not_a_host(&with_length);
	/* the routers' anycast address is one that a gateway may well have (RFC 4291 section 2.6.1) */
	if (gateway->family == AF_INET6)
		what = prefix_not_a_host(gateway);
	if (prefix_same_address(&own, gateway))
		return ks_problem(&host_network_command, network, option, problems,
				  "%s is the device's own address: expected another host's", text);
	if (own.length == prefix_bits(&own) || prefix_is_link_local(gateway))
		return 0;
	if (!prefix_contains(&own, gateway))
		return ks_problem(&host_network_command, network, option, problems,
				  "%s is outside the network of %s", text, own_text);
	if (what)
		return ks_problem(&host_network_command, network, option, problems,
				  "%s is %s: expected the address of a host", text, what);
	return 0;
}

static bool has_default(const struct host_device *device, int family)
{
	struct prefix gateway;

	return device->network && !device->above && !device->network->nodefroute &&
	       host_network_gateway(device->network, family, &gateway);
}

/* Two default routes of one metric: which of them holds is chance. */
static int check_defaults(const struct host_graph *graph, const struct family *family,
			  struct problems *problems)
{
	const struct host_network *first = NULL;
	int bad = 0;

	for (size_t i = 0; i < graph->count; i++) {
		const struct host_network *network = graph->devices[i]->network;

		if (!has_default(graph->devices[i], family->family))
			continue;
		if (first)
			bad = ks_problem(&host_network_command, network, family->gateway, problems,
					 "a second default route of %s, the first one is at %s:%u: "
					 "expected --nodefroute beside one of the two", family->name,
					 first->at.file, first->at.line);
		else
			first = network;
	}
	return bad;
}

static int check_gateways(const struct host_graph *graph, struct problems *problems)
{
	int bad = 0;

	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		for (size_t i = 0; i < graph->count; i++) {
			const struct host_device *device = graph->devices[i];
			struct prefix gateway;

			if (device->network && !device->above &&
			    host_network_gateway(device->network, families[f].family, &gateway))
				bad |= check_reachable(device, families[f].gateway, &gateway,
						       problems);
		}
		bad |= check_defaults(graph, &families[f], problems);
	}
	return bad;
}

/* Whether the device has, or may get, an address of this family beyond the link-local one. */
static bool has_family(const struct host_network *network, int family)
{
	const char *ipv6 = host_network_ipv6(network);

	return family == AF_INET ? !network->noipv4 : !streq(ipv6, "no") && !streq(ipv6, "link");
}

static int check_route(const struct host_device *device, const char *text,
		       const struct host_route *route, struct problems *problems)
{
	const struct host_network *network = device->network;

	if (!has_family(network, route->destination.family))
		return ks_problem(&host_network_command, network, "route", problems,
				  "%s: the device has no address of %s: expected one", text,
				  route->destination.family == AF_INET ? "IPv4" : "IPv6");
	return route->gateway.family ? check_reachable(device, "route", &route->gateway, problems) :
				       0;
}

/* One --route of one device, in the order of the text. */
struct destination {
	const struct host_device *device;
	const char *text;
	struct host_route route;
	size_t order;
};

static int compare(const void *left, const void *right)
{
	const struct destination *a = left, *b = right;
	int different = memcmp(&a->route.destination, &b->route.destination,
			       sizeof(a->route.destination));

	return different ? different : a->order < b->order ? -1 : 1;
}

static int check_twice(struct destination *list, size_t count, struct problems *problems)
{
	int bad = 0;

	qsort(list, count, sizeof(*list), compare);
	for (size_t i = 1; i < count; i++) {
		const struct ks_at *at = &list[i - 1].device->network->at;

		if (memcmp(&list[i].route.destination, &list[i - 1].route.destination,
			   sizeof(list[i].route.destination)) == 0)
			bad = ks_problem(&host_network_command, list[i].device->network, "route",
					 problems, "%s: a second route to this network, the first one "
					 "is at %s:%u", list[i].text, at->file, at->line);
	}
	return bad;
}

int host_check_routes(const struct host_graph *graph, struct problems *problems)
{
	autofree struct destination *list = NULL;
	int bad = check_gateways(graph, problems);
	size_t count = 0;

	for (size_t i = 0; i < graph->count; i++) {
		const struct host_device *device = graph->devices[i];
		char **text = device->network ? device->network->route : NULL;

		for (; text && *text; text++) {
			list = xreallocarray(list, count + 1, sizeof(*list));
			list[count] = (struct destination){ .device = device, .text = *text,
							    .order = count };
			(void)host_route_read(*text, &list[count].route);
			bad |= check_route(device, *text, &list[count].route, problems);
			count++;
		}
	}
	return count ? bad | check_twice(list, count, problems) : bad;
}
