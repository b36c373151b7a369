// SPDX-License-Identifier: MIT
/*
 * Addresses, routes, DNS and DHCP in a .network file.
 *
 * One identity for DHCP, whoever asks on behalf of this machine, so that one lease is enough: for IPv4 the
 * MAC address (as iPXE, dracut's clients and systemd-networkd in an initramfs can say it, too), for IPv6
 * DUID-LL of that address and the IAID from its last four bytes (as dhclient and iPXE do). machine-id,
 * from which systemd would derive both, is made anew at every boot of a stateless host.
 *
 * Nothing is dropped that need not be. systemd-networkd leaves alone what is already as it should be:
 * the same master, MTU, MAC address and static address are not set again. KeepConfiguration=dynamic-on-stop
 * leaves leases in place when it ends, for what still has to be unmounted; "dynamic" and "yes" would
 * hold on to an address whose lease is over. IgnoreCarrierLoss= keeps addresses while a driver resets the
 * link for a new MTU, or a cable is moved, as sessions of iSCSI and NFS depend on them.
 */
#include <arpa/inet.h>

#include "host/network.h"
#include "host/out_networkd.h"

#define CARRIER_LOSS_S 10

static bool is_dynamic(const struct host_network *n)
{
	return host_network_has_dhcp4(n) || streq(host_network_ipv6(n), "auto") ||
	       streq(host_network_ipv6(n), "dhcp");
}

static bool hears_routers(const struct host_network *n)
{
	return streq(host_network_ipv6(n), "auto") || streq(host_network_ipv6(n), "dhcp");
}

static void write_methods(FILE *out, const struct host_network *n)
{
	const char *ipv6 = host_network_ipv6(n);
	bool is_dhcp6 = streq(ipv6, "dhcp");

	fprintf(out, "DHCP=%s\n", host_network_has_dhcp4(n) ? (is_dhcp6 ? "yes" : "ipv4") :
							     (is_dhcp6 ? "ipv6" : "no"));
	fprintf(out, "LinkLocalAddressing=%s\n", streq(ipv6, "no") ? "no" : "ipv6");
	fprintf(out, "IPv6AcceptRA=%s\n", hears_routers(n) ? "yes" : "no");
	if (is_dynamic(n))
		fputs("KeepConfiguration=dynamic-on-stop\n", out);
	if (host_network_has_address(n))
		fprintf(out, "IgnoreCarrierLoss=%ds\n", CARRIER_LOSS_S);
}

static void write_static(FILE *out, const struct host_network *n)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const char *gateway = families[i] == AF_INET ? n->gateway : n->ipv6gateway;
		autofree char *text = NULL;
		struct prefix prefix;

		if (!host_network_address(n, families[i], &prefix))
			continue;
		text = prefix_text(&prefix);
		fprintf(out, "Address=%s\n", text);
		if (gateway && !n->nodefroute && !host_network_gateway_is_on_link(n, families[i]))
			fprintf(out, "Gateway=%s\n", gateway);
	}
}

static void write_dns(FILE *out, const struct host_network *n)
{
	for (char **server = n->nameserver; server && *server; server++)
		fprintf(out, "DNS=%s\n", *server);
	for (char **domain = n->ipv4_dns_search; domain && *domain; domain++)
		fprintf(out, "Domains=%s\n", *domain);
	for (char **domain = n->ipv6_dns_search; domain && *domain; domain++)
		if (!strv_contains(n->ipv4_dns_search, *domain))
			fprintf(out, "Domains=%s\n", *domain);
}

/* A host route has no network that a gateway could be in. */
static bool is_on_link(const struct host_network *n, const struct prefix *gateway)
{
	struct prefix own;

	return host_network_address(n, gateway->family, &own) &&
	       own.length == prefix_bits(&own) && !prefix_is_link_local(gateway);
}

static void write_route(FILE *out, const struct host_network *n, const struct host_route *route)
{
	autofree char *destination = prefix_text(&route->destination);
	char gateway[INET6_ADDRSTRLEN];

	fprintf(out, "\n[Route]\nDestination=%s\n", destination);
	if (!route->gateway.family)
		return;
	inet_ntop(route->gateway.family, route->gateway.address, gateway, sizeof(gateway));
	fprintf(out, "Gateway=%s\n", gateway);
	if (is_on_link(n, &route->gateway))
		fputs("GatewayOnLink=yes\n", out);
}

static void write_routes(FILE *out, const struct host_network *n)
{
	if (!n->nodefroute && host_network_gateway_is_on_link(n, AF_INET))
		fprintf(out, "\n[Route]\nGateway=%s\nGatewayOnLink=yes\n", n->gateway);
	if (!n->nodefroute && host_network_gateway_is_on_link(n, AF_INET6))
		fprintf(out, "\n[Route]\nGateway=%s\nGatewayOnLink=yes\n", n->ipv6gateway);
	for (char **text = n->route; text && *text; text++) {
		struct host_route route;

		if (host_route_read(*text, &route))
			write_route(out, n, &route);
	}
}

static void write_default_route(FILE *out, const struct host_network *n, int metric)
{
	if (n->nodefroute)
		fputs("UseGateway=no\n", out);
	else if (metric)
		fprintf(out, "RouteMetric=%d\n", metric);
}

static void write_dhcp4(FILE *out, const struct host_network *n, int metric)
{
	if (!host_network_has_dhcp4(n))
		return;
	fputs("\n[DHCPv4]\nClientIdentifier=mac\n", out);
	if (n->dhcpclass)
		fprintf(out, "VendorClassIdentifier=%s\n", n->dhcpclass);
	if (!host_network_learns_dns(n, AF_INET))
		fputs("UseDNS=no\n", out);
	write_default_route(out, n, metric);
}

/* The last four bytes of a MAC address, in network order. */
static unsigned long iaid_of(const char *mac)
{
	char digits[9] = { mac[6], mac[7], mac[9], mac[10], mac[12], mac[13], mac[15], mac[16] };

	return strtoul(digits, NULL, 16);
}

static void write_dhcp6(FILE *out, const struct host_device *device)
{
	const struct host_network *n = device->network;

	if (!hears_routers(n))
		return;
	fputs("\n[DHCPv6]\nDUIDType=link-layer\n", out);
	if (device->mac)
		fprintf(out, "IAID=%lu\n", iaid_of(device->mac));
	if (streq(host_network_ipv6(n), "dhcp"))
		fputs("WithoutRA=solicit\n", out);
	if (!host_network_learns_dns(n, AF_INET6))
		fputs("UseDNS=no\n", out);
}

static void write_ra(FILE *out, const struct host_network *n, int metric)
{
	bool is_dhcp6 = streq(host_network_ipv6(n), "dhcp");
	bool no_dns = !host_network_learns_dns(n, AF_INET6);

	if (!hears_routers(n) || !(is_dhcp6 || no_dns || n->nodefroute || metric))
		return;
	fputs("\n[IPv6AcceptRA]\n", out);
	if (is_dhcp6)
		fputs("DHCPv6Client=always\nUseAutonomousPrefix=no\n", out);
	if (no_dns)
		fputs("UseDNS=no\n", out);
	write_default_route(out, n, metric);
}

void host_write_addresses(FILE *out, const struct host_device *device, int metric)
{
	const struct host_network *network = device->network;

	write_methods(out, network);
	write_static(out, network);
	write_dns(out, network);
	write_routes(out, network);
	write_dhcp4(out, network, metric);
	write_dhcp6(out, device);
	write_ra(out, network, metric);
}
