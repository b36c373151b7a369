// SPDX-License-Identifier: MIT
/*
 * What one `network` command means: its addresses, and which of several networks is the host's own.
 *
 * The **management network** is the one that the appliance is reached through. It can be told from
 * the configuration alone; the first rule that fits decides, and of several the first command:
 *	1. the appliance is given as an address, and the device's static network or --route has it
 *	2. it has the IPv4 default gateway, without --nodefroute; then the same for IPv6
 *	3. DHCP or router advertisements may bring a default route, without --nodefroute
 *	4. it has any address
 *	5. it is a bridge; else it is the first of all
 */
#ifndef HOST_NETWORK_H
#define HOST_NETWORK_H

#include "host/host.h"
#include "host/prefix.h"

bool host_network_has_dhcp4(const struct host_network *network);
/* "auto", "dhcp", "link", "no" or an address; never NULL. */
const char *host_network_ipv6(const struct host_network *network);
/* The static address of a family (AF_INET, AF_INET6); false and *ret untouched when there is none. */
bool host_network_address(const struct host_network *network, int family, struct prefix *ret);
/* Its gateway, as a host of its own; false when there is none. Also given with --nodefroute. */
bool host_network_gateway(const struct host_network *network, int family, struct prefix *ret);
/* Whether packets to a gateway outside the device's network must go there nevertheless: /32 and /128. */
bool host_network_gateway_is_on_link(const struct host_network *network, int family);
/* Any address beyond IPv6's link-local one. */
bool host_network_has_address(const struct host_network *network);
/* Whether a default route may come from DHCP or a router. */
bool host_network_may_learn_default(const struct host_network *network);
/* Whether it takes the DNS servers that DHCP (AF_INET), or DHCPv6 and routers (AF_INET6), name. */
bool host_network_learns_dns(const struct host_network *network, int family);

/* The management network; NULL when the configuration has no network. Borrowed. */
const struct host_network *host_main_network(const struct host *host);

/* "DESTINATION/LENGTH:[GATEWAY]", with IPv6 in [brackets]: rd.route= of dracut.cmdline(7). */
struct host_route {
	struct prefix destination; /* its host bits are zeroes */
	struct prefix gateway;  /* family 0: on the link itself */
};
/* False and *ret untouched when the text is no route. A default route is none: that is --gateway. */
bool host_route_read(const char *text, struct host_route *ret);
/* Normalised; owned by the caller. */
char *host_route_text(const struct host_route *route);
/*
 * The static routes: its default gateways, as routes to a destination of length 0, then --route. An array
 * of *ret_count, which may be 0; owned by the caller.
 */
struct host_route *host_network_routes(const struct host_network *network, size_t *ret_count);

#endif
