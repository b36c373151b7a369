// SPDX-License-Identifier: MIT
/*
 * Static routes and default gateways, against the kernel's main table. Routes that the kernel makes of
 * addresses, and those of DHCP and routers, are nobody's wish: what stands in the table by hand
 * (ip-route(8)'s "proto boot") or as static is.
 */
#include <arpa/inet.h>

#include "host/network.h"
#include "node/network_rules.h"

struct route_text {
	char *destination;      /* "192.0.2.0/24" */
	char *gateway;          /* "192.0.2.1"; NULL: on the link itself */
};

static struct route_text text_of(const struct host_route *route)
{
	char gateway[INET6_ADDRSTRLEN];

	if (route->gateway.family)
		inet_ntop(route->gateway.family, route->gateway.address, gateway, sizeof(gateway));
	return (struct route_text){
		.destination = prefix_text(&route->destination),
		.gateway = route->gateway.family ? xstrdup(gateway) : NULL,
	};
}

static void route_text_done(struct route_text *text)
{
	free(text->destination);
	free(text->gateway);
}

#define autoroutetext __attribute__((cleanup(route_text_done)))

static const char *field_of(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(object, field));
}

static bool is_same(const json_t *seen, const struct route_text *wanted)
{
	return streq_null(field_of(seen, "destination"), wanted->destination) &&
	       streq_null(field_of(seen, "gateway"), wanted->gateway);
}

/* "the default route via 192.0.2.1", "the route to 203.0.113.0/24", with `article` in front */
static char *describe(const char *article, const char *destination, const char *gateway)
{
	bool is_default = str_ends(destination, "/0");

	return xasprintf("%s %s%s%s%s", article, is_default ? "default route" : "route to ",
			 is_default ? "" : destination, gateway ? " via " : "", gateway ? gateway : "");
}

static bool has_route(const struct comparing *c, const struct route_text *wanted)
{
	const json_t *seen;
	size_t i;

	json_array_foreach(json_object_get(c->link, "routes"), i, seen)
		if (is_same(seen, wanted))
			return true;
	return false;
}

static bool wants_route(const struct host_route *routes, size_t count, const json_t *seen)
{
	for (size_t i = 0; i < count; i++) {
		autoroutetext struct route_text wanted = text_of(&routes[i]);

		if (is_same(seen, &wanted))
			return true;
	}
	return false;
}

static bool is_by_hand(const json_t *seen)
{
	const char *origin = field_of(seen, "origin");

	return origin && (streq(origin, "static") || streq(origin, "boot"));
}

static void compare_missing(struct comparing *c, const struct host_route *routes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		autoroutetext struct route_text wanted = text_of(&routes[i]);
		autofree char *text = describe("the", wanted.destination, wanted.gateway);

		if (!has_route(c, &wanted))
			differs(c, "lacks %s", text);
	}
}

static void compare_extra(struct comparing *c, const struct host_route *routes, size_t count)
{
	const json_t *seen;
	size_t i;

	json_array_foreach(json_object_get(c->link, "routes"), i, seen) {
		autofree char *text = NULL;

		if (!field_of(seen, "destination") || !is_by_hand(seen) ||
		    wants_route(routes, count, seen))
			continue;
		text = describe("a", field_of(seen, "destination"), field_of(seen, "gateway"));
		differs(c, "has %s that is not in the configuration", text);
	}
}

void compare_routes(struct comparing *c)
{
	autofree struct host_route *routes = NULL;
	size_t count;

	if (!compares_addresses(c))
		return;
	routes = host_network_routes(c->network, &count);
	compare_missing(c, routes, count);
	compare_extra(c, routes, count);
}
