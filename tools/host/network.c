// SPDX-License-Identifier: MIT
/* The meaning of a `network` command; see network.h. */
#include <arpa/inet.h>

#include "host/kind.h"
#include "host/network.h"

bool host_network_has_dhcp4(const struct host_network *network)
{
	return !network->noipv4 && network->bootproto != HOST_BOOTPROTO_STATIC;
}

const char *host_network_ipv6(const struct host_network *network)
{
	return network->noipv6 ? "no" : network->ipv6 ? network->ipv6 : "auto";
}

bool host_network_address(const struct host_network *network, int family, struct prefix *ret)
{
	autofree char *ipv4 = NULL;

	if (family == AF_INET6)
		return strchr(host_network_ipv6(network), '/') && prefix_read(network->ipv6, ret);
	if (network->noipv4 || !network->ip || !network->netmask)
		return false;
	ipv4 = xasprintf("%s/%s", network->ip, network->netmask);
	return prefix_read(ipv4, ret);
}

bool host_network_gateway(const struct host_network *network, int family, struct prefix *ret)
{
	const char *text = family == AF_INET ? network->gateway : network->ipv6gateway;
	bool is_off = family == AF_INET ? network->noipv4 : network->noipv6;

	return text && !is_off && prefix_read(text, ret);
}

bool host_network_gateway_is_on_link(const struct host_network *network, int family)
{
	struct prefix address, gateway;

	return host_network_address(network, family, &address) &&
	       host_network_gateway(network, family, &gateway) &&
	       address.length == prefix_bits(&address) && !prefix_is_link_local(&gateway);
}

bool host_network_has_address(const struct host_network *network)
{
	const char *ipv6 = host_network_ipv6(network);

	return !network->noipv4 || (!streq(ipv6, "no") && !streq(ipv6, "link"));
}

bool host_network_may_learn_default(const struct host_network *network)
{
	const char *ipv6 = host_network_ipv6(network);

	return !network->nodefroute && (host_network_has_dhcp4(network) || streq(ipv6, "auto") ||
					streq(ipv6, "dhcp"));
}

bool host_network_learns_dns(const struct host_network *network, int family)
{
	const char *ipv6 = host_network_ipv6(network);

	if (network->nodns)
		return false;
	if (family == AF_INET)
		return host_network_has_dhcp4(network) && !network->ipv4_ignore_auto_dns;
	return (streq(ipv6, "auto") || streq(ipv6, "dhcp")) && !network->ipv6_ignore_auto_dns;
}

/* The address that the configuration has for the appliance, when it is one. */
static bool appliance_address(const struct host *host, struct prefix *ret)
{
	const char *server = host->appliance.server;
	autofree char *address = NULL;
	const char *end;

	if (!server)
		return false;
	end = server[0] == '[' ? strchr(server, ']') : strchr(server, ':');
	/* an IPv6 address alone has no brackets */
	if (server[0] != '[' && end && strchr(end + 1, ':'))
		end = NULL;
	server += server[0] == '[';
	address = end ? xstrndup(server, (size_t)(end - server)) : xstrdup(server);
	return prefix_read(address, ret);
}

static bool leads_to(const struct host_network *network, const struct prefix *address)
{
	struct prefix own;
	struct host_route route;

	if (host_network_address(network, address->family, &own) && prefix_contains(&own, address))
		return true;
	for (char **text = network->route; text && *text; text++)
		if (host_route_read(*text, &route) && prefix_contains(&route.destination, address))
			return true;
	return false;
}

static bool has_default_gateway(const struct host_network *network, int family)
{
	struct prefix gateway;

	return !network->nodefroute && host_network_gateway(network, family, &gateway);
}

/* The rule that makes it the management network: 0 is the strongest. */
static int rank(const struct host *host, const struct host_network *network)
{
	struct prefix appliance;

	if (appliance_address(host, &appliance) && leads_to(network, &appliance))
		return 0;
	if (has_default_gateway(network, AF_INET))
		return 1;
	if (has_default_gateway(network, AF_INET6))
		return 2;
	if (host_network_may_learn_default(network))
		return 3;
	if (host_network_has_address(network))
		return 4;
	return host_kind_of(network) == &host_kind_bridge ? 5 : 6;
}

/* Whether the device is a port, which has no address whatever its command's defaults say. */
static bool is_port(const struct host *host, const struct host_network *network)
{
	autofree char *name = host_network_name(network);

	for (size_t i = 0; i < host->networks_count; i++)
		for (size_t p = 0; host_network_port(&host->networks[i], p); p++)
			if (host_kind_of(&host->networks[i])->owns_ports &&
			    streq(host_network_port(&host->networks[i], p), name))
				return true;
	return false;
}

const struct host_network *host_main_network(const struct host *host)
{
	const struct host_network *main = NULL;
	int best = 0;

	for (size_t i = 0; i < host->networks_count; i++) {
		const struct host_network *network = &host->networks[i];
		int r = rank(host, network);

		if ((!main || r < best) && !is_port(host, network)) {
			main = network;
			best = r;
		}
	}
	return main;
}

/* The text between "[" and "]", or up to the end; *text moves behind it. NULL: brackets do not match. */
static char *take_part(const char **text)
{
	bool is_bracketed = **text == '[';
	const char *start = *text + is_bracketed;
	size_t len = is_bracketed ? strcspn(start, "]") : strcspn(start, ":");

	if (is_bracketed && start[len] != ']')
		return NULL;
	*text = start + len + is_bracketed;
	return xstrndup(start, len);
}

bool host_route_read(const char *text, struct host_route *ret)
{
	struct host_route route = { 0 };
	autofree char *destination = take_part(&text), *gateway = NULL;

	if (!destination || !strchr(destination, '/') || *text != ':')
		return false;
	text++;
	gateway = take_part(&text);
	if (!gateway || *text || !prefix_read(destination, &route.destination) ||
	    route.destination.length == 0)
		return false;
	if (*gateway && (strchr(gateway, '/') || !prefix_read(gateway, &route.gateway) ||
			 route.gateway.family != route.destination.family))
		return false;
	prefix_mask(&route.destination);
	*ret = route;
	return true;
}

static char *bracketed(const struct prefix *prefix, bool is_host)
{
	autofree char *text = prefix_text(prefix);

	if (is_host)
		*strchr(text, '/') = '\0';
	return prefix->family == AF_INET6 ? xasprintf("[%s]", text) : take_ptr(text);
}

char *host_route_text(const struct host_route *route)
{
	autofree char *destination = bracketed(&route->destination, false);
	autofree char *gateway = route->gateway.family ? bracketed(&route->gateway, true) :
							 xstrdup("");

	return xasprintf("%s:%s", destination, gateway);
}

struct host_route *host_network_routes(const struct host_network *network, size_t *ret_count)
{
	static const int families[] = { AF_INET, AF_INET6 };
	size_t max = strv_len(network->route) + ARRAY_SIZE(families), count = 0;
	struct host_route *routes = xreallocarray(NULL, max, sizeof(*routes));

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct host_route route = { .destination = { .family = families[i] } };

		if (!network->nodefroute && host_network_gateway(network, families[i], &route.gateway))
			routes[count++] = route;
	}
	for (char **text = network->route; text && *text; text++)
		if (host_route_read(*text, &routes[count]))
			count++;
	*ret_count = count;
	return routes;
}
