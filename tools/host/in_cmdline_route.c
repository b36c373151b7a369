// SPDX-License-Identifier: MIT
/*
 * rd.route= of dracut.cmdline(7), which may be repeated; IPv6 stands in [brackets].
 *
 *	route = net "/" mask ":" [ gateway ] [ ":" device ]     mask: length of the prefix or netmask
 *
 * Without a device the route belongs to the one whose static network has the gateway, else to the one
 * of the main ip=.
 */
#include "host/in_cmdline.h"
#include "host/network.h"
#include "host/types_network.h"

int cmdline_read_route(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	autostrv char **fields = cmdline_fields(arg->value);
	size_t count = strv_len(fields);
	autofree char *text = count >= 2 ? xasprintf("%s:%s", fields[0], fields[1]) : NULL;
	struct host_route route;

	if (count > 3 || !text || !host_route_read(text, &route) ||
	    (count < 3 && !route.gateway.family))
		return cmdline_problem(cmdline, arg, "expected NET/LENGTH:GATEWAY[:DEVICE] or "
				       "NET/LENGTH::DEVICE, with IPv6 in [brackets]");
	cmdline->routes = xreallocarray(cmdline->routes, cmdline->routes_count + 1,
					sizeof(*cmdline->routes));
	cmdline->routes[cmdline->routes_count++] = (struct cmdline_route){
		.text = host_route_text(&route), .route = route, .position = arg->position,
		.device = count == 3 ? xstrdup(fields[2]) : NULL,
	};
	return 0;
}

static struct host_network *network_with(struct cmdline *cmdline, const struct prefix *gateway)
{
	for (size_t i = 0; i < cmdline->host.networks_count; i++) {
		struct prefix own;

		if (host_network_address(&cmdline->host.networks[i], gateway->family, &own) &&
		    prefix_contains(&own, gateway))
			return &cmdline->host.networks[i];
	}
	return NULL;
}

static struct host_network *network_for(struct cmdline *cmdline,
					const struct cmdline_route *route)
{
	struct host_network *network = NULL;

	if (route->device)
		return cmdline_network(cmdline, cmdline_device(cmdline, route->device));
	if (route->route.gateway.family)
		network = network_with(cmdline, &route->route.gateway);
	return network ? network : cmdline_main_network(cmdline);
}

int cmdline_join_routes(struct cmdline *cmdline)
{
	int bad = 0;

	for (size_t i = 0; i < cmdline->routes_count; i++) {
		const struct cmdline_route *route = &cmdline->routes[i];
		autofree char *where = xasprintf("%s: rd.route=%s%s%s", cmdline->source, route->text,
						 route->device ? ":" : "",
						 route->device ? route->device : "");
		struct host_network *network = network_for(cmdline, route);

		if (!network)
			bad = problem(cmdline->problems, "%s: no such device: expected an ip= that "
				      "gives it an address", where);
		else
			bad |= ks_set_value(&host_network_command, network, "route", route->text,
					    where, cmdline->problems);
	}
	return bad;
}
