// SPDX-License-Identifier: MIT
/* One rule a function, in the table at the end; see network_compare.h and network_rules.h. */
#include <arpa/inet.h>

#include "host/kind.h"
#include "host/network.h"
#include "node/network_compare.h"
#include "node/network_rules.h"

#define NO_PARTNER "00:00:00:00:00:00"

void differs(struct comparing *c, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	json_array_append_new(c->differences, json_string(text));
}

static const char *text_of(const struct comparing *c, const char *field)
{
	return json_string_value(json_object_get(c->link, field));
}

static long long number_of(const struct comparing *c, const char *field)
{
	return json_integer_value(json_object_get(c->link, field));
}

static bool is_set(const struct comparing *c, const char *field)
{
	return json_is_true(json_object_get(c->link, field));
}

static bool is_off(const struct comparing *c)
{
	return c->network && !c->network->onboot;
}

/* Without a link systemd-networkd takes away what it has given; that there is none is told elsewhere. */
bool compares_addresses(const struct comparing *c)
{
	return c->network && !c->device->above && !is_off(c) && is_set(c, "is_up") &&
	       is_set(c, "has_carrier");
}

static void compare_kind(struct comparing *c)
{
	const char *kind = text_of(c, "kind");

	if (host_device_is_made(c->device) && kind &&
	    !streq(kind, host_kind_of(c->network)->name))
		differs(c, "is a %s, expected a %s", kind, host_kind_of(c->network)->name);
}

static void compare_up(struct comparing *c)
{
	if (is_off(c) && is_set(c, "is_up"))
		differs(c, "is up, expected down (--onboot=no)");
	else if (!is_off(c) && !is_set(c, "is_up"))
		differs(c, "is down");
	else if (!is_off(c) && !host_device_is_made(c->device) && !is_set(c, "has_carrier"))
		differs(c, "no link: expected a cable to a switch that is on");
}

static void compare_master(struct comparing *c)
{
	const char *wanted = c->device->above ? c->device->above->name : NULL;
	const char *seen = text_of(c, "master");

	if (streq_null(wanted, seen))
		return;
	if (!seen)
		differs(c, "is no port of %s", wanted);
	else if (!wanted)
		differs(c, "is a port of %s, expected of none", seen);
	else
		differs(c, "is a port of %s, expected %s", seen, wanted);
}

static void compare_vlan(struct comparing *c)
{
	const struct host_device *parent = host_device_parent(c->device);
	const char *seen = text_of(c, "parent");

	if (!parent)
		return;
	if (!streq_null(parent->name, seen))
		differs(c, "is a VLAN of %s, expected %s", seen ? seen : "no device", parent->name);
	if (number_of(c, "vlan_id") != c->network->vlanid)
		differs(c, "has VLAN id %lld, expected %d", number_of(c, "vlan_id"),
			c->network->vlanid);
}

/* Where nothing says an MTU it is the driver's. */
static void compare_mtu(struct comparing *c)
{
	bool is_given = (c->network && c->network->mtu) || c->device->mtu != HOST_DEFAULT_MTU;

	if (is_given && number_of(c, "mtu") != c->device->mtu)
		differs(c, "has MTU %lld, expected %d", number_of(c, "mtu"), c->device->mtu);
}

/* A bond's ports have its address. */
static void compare_mac(struct comparing *c)
{
	bool is_owner = host_device_is_made(c->device) && host_kind_of(c->network)->owns_ports;
	const char *wanted = is_owner ? c->device->mac :
			     c->network && !c->device->above ? c->network->macaddr : NULL;
	const char *seen = text_of(c, "mac");

	if (wanted && seen && strcasecmp(wanted, seen) != 0)
		differs(c, "has MAC address %s, expected %s", seen, wanted);
}

static void compare_mode(struct comparing *c)
{
	bool is_bond = c->network && host_kind_of(c->network) == &host_kind_bond;
	const char *seen = text_of(c, "mode");

	if (is_bond && seen && !streq(seen, host_bond_mode(c->network)))
		differs(c, "has mode %s, expected %s", seen, host_bond_mode(c->network));
}

static void compare_lacp(struct comparing *c)
{
	const char *partner = text_of(c, "partner_mac"), *mode = text_of(c, "mode");

	if (mode && streq(mode, "802.3ad") && is_set(c, "is_up") && (!partner || streq(partner, NO_PARTNER)))
		differs(c, "no LACP partner: expected a switch that speaks LACP on its ports");
}

static bool has_address_with(const struct comparing *c, const char *part)
{
	const json_t *address;
	size_t i;

	json_array_foreach(json_object_get(c->link, "addresses"), i, address)
		if (json_is_string(address) && strstr(json_string_value(address), part))
			return true;
	return false;
}

static bool has_address(const struct comparing *c, const char *text)
{
	const json_t *address;
	size_t i;

	json_array_foreach(json_object_get(c->link, "addresses"), i, address)
		if (json_is_string(address) && streq(json_string_value(address), text))
			return true;
	return false;
}

static void compare_addresses(struct comparing *c)
{
	static const int families[] = { AF_INET, AF_INET6 };

	if (!c->network || c->device->above || is_off(c))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		autofree char *text = NULL;
		struct prefix prefix;

		if (!host_network_address(c->network, families[i], &prefix))
			continue;
		text = prefix_text(&prefix);
		if (!has_address(c, text))
			differs(c, "lacks the address %s", text);
	}
	if (host_network_has_dhcp4(c->network) && !has_address_with(c, "."))
		differs(c, "no IPv4 address: expected a DHCP server in this network");
	if (streq(host_network_ipv6(c->network), "dhcp") && !has_address_with(c, ":"))
		differs(c, "no IPv6 address: expected a DHCPv6 server in this network");
}

static void (*const rules[])(struct comparing *c) = {
	compare_kind, compare_up, compare_master, compare_vlan, compare_mtu, compare_mac, compare_mode,
	compare_lacp, compare_addresses, compare_port_vlans, compare_routes, compare_dns,
};

json_t *network_compare(const struct host_device *device, const json_t *link)
{
	struct comparing c = { .device = device, .network = device->network, .link = link,
			       .differences = json_array() };

	if (!link)
		differs(&c, "is not there");
	for (size_t i = 0; link && i < ARRAY_SIZE(rules); i++)
		rules[i](&c);
	return c.differences;
}

/* Guests' taps come and go, and a NIC may be left unused; only a configuration makes these. */
json_t *network_compare_extra(const json_t *link)
{
	struct comparing c = { .link = link, .differences = json_array() };
	const char *kind = text_of(&c, "kind");

	for (size_t i = 0; kind && host_kinds[i]; i++)
		if (host_kinds[i] != &host_kind_nic && streq(kind, host_kinds[i]->name))
			differs(&c, "is a %s that is not in the configuration", kind);
	return c.differences;
}
