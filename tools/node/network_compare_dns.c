// SPDX-License-Identifier: MIT
/*
 * DNS servers and search domains, against what systemd-resolved has for the link. Of others than the
 * configured ones nothing is said where DHCP or a router may have named them.
 */
#include <arpa/inet.h>

#include "host/network.h"
#include "node/network_rules.h"

/* Names of domains have no case (RFC 1034 section 3.1). */
static bool has_text(const json_t *list, const char *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item) && strcasecmp(json_string_value(item), text) == 0)
			return true;
	return false;
}

static bool is_wanted(char **wanted, const char *text)
{
	while (wanted && *wanted && strcasecmp(*wanted, text) != 0)
		wanted++;
	return wanted && *wanted;
}

/* As systemd-resolved has it: an address in the kernel's way of writing. */
static char **wanted_servers(const struct host_network *network)
{
	char **wanted = NULL;

	for (char **server = network->nameserver; server && *server; server++) {
		struct prefix address;
		char text[INET6_ADDRSTRLEN];

		if (!prefix_read(*server, &address))
			continue;
		inet_ntop(address.family, address.address, text, sizeof(text));
		strv_push(&wanted, text);
	}
	return wanted;
}

static char **wanted_domains(const struct host_network *network)
{
	char **wanted = strv_copy(network->ipv4_dns_search);

	for (char **domain = network->ipv6_dns_search; domain && *domain; domain++)
		if (!strv_contains(wanted, *domain))
			strv_push(&wanted, *domain);
	return wanted;
}

static bool is_learned(const struct host_network *network, const char *server)
{
	/* DHCPv4 names IPv4 addresses alone; DHCPv6 and routers IPv6's */
	return host_network_learns_dns(network, strchr(server, ':') ? AF_INET6 : AF_INET);
}

static void compare_servers(struct comparing *c, const json_t *seen)
{
	autostrv char **wanted = wanted_servers(c->network);
	const json_t *server;
	size_t i;

	for (char **text = wanted; text && *text; text++)
		if (!has_text(seen, *text))
			differs(c, "lacks the DNS server %s", *text);
	json_array_foreach(seen, i, server) {
		const char *text = json_string_value(server);

		if (text && !is_wanted(wanted, text) && !is_learned(c->network, text))
			differs(c, "has the DNS server %s that is not in the configuration", text);
	}
}

/* systemd-networkd takes no search domain from DHCP or routers unless UseDomains= says so. */
static void compare_domains(struct comparing *c, const json_t *seen)
{
	autostrv char **wanted = wanted_domains(c->network);
	const json_t *domain;
	size_t i;

	for (char **text = wanted; text && *text; text++)
		if (!has_text(seen, *text))
			differs(c, "lacks the search domain %s", *text);
	json_array_foreach(seen, i, domain) {
		const char *text = json_string_value(domain);

		if (text && !is_wanted(wanted, text))
			differs(c, "has the search domain %s that is not in the configuration", text);
	}
}

/* Without systemd-resolved's word there is nothing to compare with. */
void compare_dns(struct comparing *c)
{
	const json_t *servers = json_object_get(c->link, "dns_servers");

	if (!compares_addresses(c) || !servers)
		return;
	compare_servers(c, servers);
	compare_domains(c, json_object_get(c->link, "search_domains"));
}
