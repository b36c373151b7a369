// SPDX-License-Identifier: MIT
/*
 * The `network` command: pykickstart's options (its Fedora handler) as a table.
 */
#include <ctype.h>

#include "host/kind.h"
#include "host/schema.h"

/*
 * Fewer characters than the kernel takes: systemd-networkd would read some of the others as patterns
 * ("eth*"), and names become file names.
 */
static bool read_name(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-@+", *p))
			return false;
	return ks_interface.read(option, text, ret);
}

static const struct ks_type name = {
	.placeholder = "NAME", .read = read_name,
	.expected = "an interface name of 15 letters, digits and ._-@+ at most",
};

/* A NIC by name or MAC, or one of the words that stand for one. */
static bool read_device(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	return ks_mac.read(option, text, ret) || read_name(option, text, ret);
}

static const struct ks_type device = {
	.placeholder = "DEVICE", .read = read_device,
	.expected = "an interface name of 15 characters at most, a MAC address, bootif or link",
};

/* enum host_bootproto; bootp is DHCP's ancestor, and every DHCP client speaks it. */
static const char *const bootproto_names[] = { "dhcp", "static", "bootp", NULL };

/* pykickstart assumes a prefix of 64 when there is none. */
static bool read_ipv6_method(const struct ks_option *option, const char *text,
			     struct ks_value *ret)
{
	autofree char *with_prefix = NULL;

	if (streq(text, "auto") || streq(text, "dhcp") || streq(text, "link")) {
		ret->text = xstrdup(text);
		return true;
	}
	with_prefix = strchr(text, '/') ? xstrdup(text) : xasprintf("%s/64", text);
	return ks_ipv6_prefix.read(option, with_prefix, ret);
}

static const struct ks_type ipv6_method = {
	.placeholder = "ADDRESS/LENGTH|auto|dhcp|link", .read = read_ipv6_method,
	.expected = "auto, dhcp, link, or an address such as 2001:db8::10/64",
};

/* Ends up inside a quoted value of a unit file. */
static bool read_class(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	for (const char *p = text; *p; p++)
		if (*p < ' ' || *p > '~' || strchr("\"\\%", *p))
			return false;
	if (text[0] == '\0' || strlen(text) > 255)
		return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type dhcp_class = {
	.placeholder = "TEXT", .read = read_class,
	.expected = "at most 255 printable characters without quotes, \\ and %",
};

static const char *const bindto_names[] = { "mac", NULL };

#define AT(member) offsetof(struct host_network, member)

static const struct ks_option options[] = {
	{ "device", &device, AT(device),
	  "The device: a name, a MAC address, bootif (the NIC that the host booted from, else the "
	  "first with a link) or link (the first with a link). A name of its own for a bond or a "
	  "bridge; the device below for a VLAN.", .fallback = "link" },
	{ "interfacename", &name, AT(interfacename),
	  "The name of a VLAN, instead of DEVICE.ID." },
	{ "bootproto", &ks_enum, AT(bootproto), "How the IPv4 address is found.",
	  .fallback = "dhcp", .names = bootproto_names },
	{ "ip", &ks_ipv4, AT(ip), "The IPv4 address." },
	{ "netmask", &ks_netmask, AT(netmask), "Its netmask, or the length of its prefix." },
	{ "gateway", &ks_ipv4, AT(gateway), "The IPv4 default gateway." },
	{ "nameserver", &ks_ip, AT(nameserver), "DNS servers.", .separator = "," },
	{ "hostname", &ks_hostname, AT(hostname), "The name of this host, not of the device." },
	{ "mtu", &ks_integer, AT(mtu), "The largest packet of the device, in bytes.",
	  .min = 576, .max = 65535 },
	{ "macaddr", &ks_mac, AT(macaddr),
	  "The MAC address that the device gets (Roost's own; ip= has it too)." },
	{ "bondslaves", &device, AT(bondslaves), "Makes a bond of these devices.",
	  .separator = "," },
	{ "bondopts", &ks_string, AT(bondopts),
	  "Options of the bond, with the names of the kernel's bonding driver; ; instead of , "
	  "between them when a value has a comma.", .placeholder = "KEY=VALUE,..." },
	{ "vlanid", &ks_integer, AT(vlanid), "Makes a VLAN with this tag on the device.",
	  .min = 1, .max = 4094 },
	{ "bridgeslaves", &device, AT(bridgeslaves), "Makes a bridge with these devices as ports.",
	  .separator = "," },
	{ "bridgeopts", &ks_string, AT(bridgeopts),
	  "Options of the bridge: stp, priority, forward-delay, hello-time, max-age, ageing-time.",
	  .placeholder = "KEY=VALUE,..." },
	{ "ipv6", &ipv6_method, AT(ipv6),
	  "How the IPv6 address is found: auto (router advertisements, the default), dhcp, link "
	  "(link-local only; Roost's own), or the address." },
	{ "ipv6gateway", &ks_ipv6, AT(ipv6gateway), "The IPv6 default gateway." },
	{ "nodefroute", &ks_flag, AT(nodefroute), "No default route through this device." },
	{ "noipv4", &ks_flag, AT(noipv4), "No IPv4 on this device." },
	{ "noipv6", &ks_flag, AT(noipv6), "No IPv6 on this device." },
	{ "nodns", &ks_flag, AT(nodns), "No DNS server from this device." },
	{ "ipv4-ignore-auto-dns", &ks_flag, AT(ipv4_ignore_auto_dns),
	  "Ignore the DNS servers that DHCP names." },
	{ "ipv6-ignore-auto-dns", &ks_flag, AT(ipv6_ignore_auto_dns),
	  "Ignore the DNS servers that DHCPv6 and routers name." },
	{ "ipv4-dns-search", &ks_hostname, AT(ipv4_dns_search), "Domains to search in.",
	  .separator = "," },
	{ "ipv6-dns-search", &ks_hostname, AT(ipv6_dns_search), "Domains to search in.",
	  .separator = "," },
	{ "dhcpclass", &dhcp_class, AT(dhcpclass), "The vendor class that DHCP sends." },
	{ "ethtool", &ks_string, AT(ethtool), "Options for ethtool. Read, and not applied yet." },
	{ "bindto", &ks_word, AT(bindto), "mac: bound to the NIC's MAC address, not to its name.",
	  .names = bindto_names },
	{ "onboot", &ks_boolean, AT(onboot), "Whether the device comes up by itself.",
	  .fallback = "yes" },
	{ "activate", &ks_flag, AT(activate), "As in an installer; every device is activated here." },
	{ "no-activate", &ks_flag, AT(no_activate), "As in an installer; has no effect here." },
	{ 0 },
};

static bool given(const struct host_network *network, const char *option)
{
	return ks_is_given(&host_network_command, network, option);
}

static int check_ipv4(const struct host_network *n, struct problems *problems)
{
	static const char *const static_only[] = { "ip", "netmask", "gateway", NULL };
	int bad = 0;

	if (n->noipv4 || (!given(n, "bootproto") && !n->ip && !n->netmask && !n->gateway)) {
		for (size_t i = 0; n->noipv4 && static_only[i]; i++)
			if (given(n, static_only[i]))
				bad = ks_problem(&host_network_command, n, static_only[i], problems,
						 "contradicts --noipv4: expected one of the two");
		return bad;
	}
	if (n->bootproto == HOST_BOOTPROTO_STATIC) {
		if (!n->ip)
			bad = ks_problem(&host_network_command, n, "ip", problems,
					 "missing: --bootproto=static needs --ip and --netmask");
		if (!n->netmask)
			bad = ks_problem(&host_network_command, n, "netmask", problems,
					 "missing: --bootproto=static needs --ip and --netmask");
		return bad;
	}
	for (size_t i = 0; static_only[i]; i++)
		if (given(n, static_only[i]))
			bad = ks_problem(&host_network_command, n, static_only[i], problems,
					 "needs --bootproto=static");
	return bad;
}

static int check_ipv6(const struct host_network *n, struct problems *problems)
{
	int bad = 0;

	if (n->noipv6 && n->ipv6)
		bad = ks_problem(&host_network_command, n, "ipv6", problems,
				 "contradicts --noipv6: expected one of the two");
	if (n->ipv6gateway && (!n->ipv6 || !strchr(n->ipv6, '/')))
		bad = ks_problem(&host_network_command, n, "ipv6gateway", problems,
				 "needs an address in --ipv6");
	return bad;
}

static int check(const struct ks_command *command, const void *values, struct problems *problems)
{
	const struct host_network *network = values;
	const struct host_kind *kind = host_kind_of(network);
	int bad = check_ipv4(network, problems) | check_ipv6(network, problems);

	(void)command;
	if (network->activate && network->no_activate)
		bad = ks_problem(command, network, "no-activate", problems,
				 "contradicts --activate: expected one of the two");
	if (kind->check)
		bad |= kind->check(network, problems);
	return bad ? -1 : 0;
}

const struct ks_command host_network_command = {
	.name = "network",
	.help = "Configures one network device: a NIC, or a bond, a VLAN or a bridge over others.",
	.options = options,
	.size = sizeof(struct host_network),
	.offset = offsetof(struct host, networks),
	.is_list = true,
	.count_offset = offsetof(struct host, networks_count),
	.check = check,
};

/* The host's name is an option of any `network` command, and a value of its own afterwards. */
static const struct ks_option hostname_options[] = {
	{ "hostname", &ks_hostname, offsetof(struct host_hostname, name), "The name of this host." },
	{ 0 },
};

const struct ks_command host_hostname_command = {
	.name = "network",
	.help = "The name of the host.",
	.options = hostname_options,
	.size = sizeof(struct host_hostname),
	.offset = offsetof(struct host, hostname),
};
