// SPDX-License-Identifier: MIT
/*
 * The `network` command: pykickstart's options (its Fedora handler) as a table, and those of Roost:
 * --macaddr, --route, --bridge-vids, --bridge-pvid and --bridge-access. Rules that need more than one
 * command stand in check_*.c, the types of the values in types_network.c.
 */
#include "host/kind.h"
#include "host/network.h"
#include "host/schema.h"
#include "host/types_network.h"

/* enum host_bootproto; bootp is DHCP's ancestor, and every DHCP client speaks it. */
static const char *const bootproto_names[] = { "dhcp", "static", "bootp", NULL };

static const char *const bindto_names[] = { "mac", NULL };

#define AT(member) offsetof(struct host_network, member)

static const struct ks_option options[] = {
	{ "device", &host_device_type, AT(device),
	  "The device: a MAC address, a path such as pci-0000:00:03.0 (udev's ID_PATH), a name, bootif "
	  "(the NIC that the host booted from, else the first with a link) or link (the first with a "
	  "link). A name of its own for a bond or a bridge; the device below for a VLAN.",
	  .fallback = "link" },
	{ "interfacename", &host_name_type, AT(interfacename),
	  "The name of a VLAN, instead of DEVICE.ID." },
	{ "bootproto", &ks_enum, AT(bootproto), "How the IPv4 address is found.",
	  .fallback = "dhcp", .names = bootproto_names },
	{ "ip", &ks_ipv4, AT(ip), "The IPv4 address." },
	{ "netmask", &ks_netmask, AT(netmask), "Its netmask, or the length of its prefix." },
	{ "gateway", &ks_ipv4, AT(gateway), "The IPv4 default gateway." },
	{ "nameserver", &ks_ip, AT(nameserver), "DNS servers.", .separator = "," },
	{ "hostname", &ks_hostname, AT(hostname), "The name of this host, not of the device." },
	{ "route", &host_route_type, AT(route),
	  "Further routes through this device, as in dracut's rd.route= (Roost's own): "
	  "NET/LENGTH:GATEWAY, without a gateway for what is on the link itself.",
	  .flags = KS_REPEAT, .separator = ",", .placeholder = "NET/LENGTH:[GATEWAY],..." },
	{ "mtu", &ks_integer, AT(mtu), "The largest packet of the device, in bytes.",
	  .min = 576, .max = 65535 },
	{ "macaddr", &ks_mac, AT(macaddr),
	  "The MAC address that the device gets (Roost's own; ip= has it too)." },
	{ "bondslaves", &host_device_type, AT(bondslaves), "Makes a bond of these devices.",
	  .separator = "," },
	{ "bondopts", &ks_string, AT(bondopts),
	  "Options of the bond, with the names of the kernel's bonding driver; ; instead of , "
	  "between them when a value has a comma.", .placeholder = "KEY=VALUE,..." },
	{ "vlanid", &ks_integer, AT(vlanid), "Makes a VLAN with this tag on the device.",
	  .min = 1, .max = 4094 },
	{ "bridgeslaves", &host_device_type, AT(bridgeslaves),
	  "Makes a bridge with these devices as ports.", .separator = "," },
	{ "bridgeopts", &ks_string, AT(bridgeopts),
	  "Options of the bridge, with the names of nm-settings(5): stp, priority, forward-delay, "
	  "hello-time, max-age, ageing-time, multicast-snooping, multicast-querier, vlan-filtering, "
	  "vlan-default-pvid (0: none), vlan-protocol.", .placeholder = "KEY=VALUE,..." },
	{ "bridge-vids", &host_vids_type, AT(bridge_vids),
	  "The VLANs that this port of a bridge carries tagged; for a bridge, what its ports carry that "
	  "say nothing else (ifupdown2's word).", .separator = "," },
	{ "bridge-pvid", &ks_integer, AT(bridge_pvid),
	  "The VLAN of this port's untagged frames, instead of the bridge's vlan-default-pvid; 0: none "
	  "(ifupdown2's word).", .min = 0, .max = 4094 },
	{ "bridge-access", &ks_integer, AT(bridge_access),
	  "The only VLAN of this port, untagged (ifupdown2's word).", .min = 1, .max = 4094 },
	{ "ipv6", &host_ipv6_type, AT(ipv6),
	  "How the IPv6 address is found: auto (router advertisements, the default), dhcp (addresses of "
	  "DHCPv6 only; the default route, which it has no word for, still comes from routers), link "
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
	{ "dhcpclass", &host_dhcp_class_type, AT(dhcpclass), "The vendor class that DHCP sends." },
	{ "bindto", &ks_word, AT(bindto),
	  "mac: holds for a NIC whatever name it has. So does --device with a MAC address or a path; a "
	  "name is looked up anew at every boot.", .names = bindto_names },
	{ "onboot", &ks_boolean, AT(onboot), "Whether the device comes up by itself.",
	  .fallback = "yes" },
	{ "activate", &ks_flag, AT(activate),
	  "As in an installer, where it activates more than the first device; here every device is "
	  "activated." },
	{ 0 },
};

static const struct ks_refusal refused_options[] = {
	{ "no-activate", "there is no installer: expected --onboot=no for a device that stays down" },
	{ "notksdevice", "there is no installer: expected it to be left out" },
	{ "ethtool", "a NIC keeps what its driver negotiates: expected it to be left out" },
	{ "teamslaves", "the image has no team driver: expected a bond, --bondslaves" },
	{ "teamconfig", "the image has no team driver: expected a bond, --bondopts" },
	{ "essid", "the image has no wireless drivers: expected a wired network" },
	{ "wepkey", "the image has no wireless drivers: expected a wired network" },
	{ "wpakey", "the image has no wireless drivers: expected a wired network" },
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

/* Options that mean something beside another one only. */
static const struct { const char *option, *needs; } dependencies[] = {
	{ "bondopts", "bondslaves" },
	{ "bridgeopts", "bridgeslaves" },
	{ "interfacename", "vlanid" },
};

/* Options that cannot stand together: two kinds of device, or a setting and its opposite. */
static const struct { const char *option, *other, *expected; } contradictions[] = {
	{ "vlanid", "bondslaves", "a command for each device" },
	{ "vlanid", "bridgeslaves", "a command for each device" },
	{ "bridgeslaves", "bondslaves", "a command for each device" },
	{ "nodns", "nameserver", "one of the two" },
	{ "bridge-access", "bridge-vids", "one of the two" },
	{ "bridge-access", "bridge-pvid", "one of the two" },
};

static int check_together(const struct host_network *n, struct problems *problems)
{
	int bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++)
		if (given(n, dependencies[i].option) && !given(n, dependencies[i].needs))
			bad = ks_problem(&host_network_command, n, dependencies[i].option, problems,
					 "needs --%s", dependencies[i].needs);
	for (size_t i = 0; i < ARRAY_SIZE(contradictions); i++)
		if (given(n, contradictions[i].option) && given(n, contradictions[i].other))
			bad = ks_problem(&host_network_command, n, contradictions[i].option, problems,
					 "contradicts --%s: expected %s", contradictions[i].other,
					 contradictions[i].expected);
	return bad;
}

static int check_rest(const struct host_network *n, struct problems *problems)
{
	int bad = 0;

	if (n->dhcpclass && !host_network_has_dhcp4(n))
		bad = ks_problem(&host_network_command, n, "dhcpclass", problems,
				 "needs --bootproto=dhcp");
	if (n->bindto && n->vlanid)
		bad = ks_problem(&host_network_command, n, "bindto", problems,
				 "does not belong to a VLAN, which has the MAC address of the device "
				 "below");
	/* bit 0 of the first byte: for a group of stations (IEEE 802, 8.2) */
	if (n->macaddr && (strtoul((const char[]){ n->macaddr[1], '\0' }, NULL, 16) & 1 ||
			   streq(n->macaddr, "00:00:00:00:00:00")))
		bad = ks_problem(&host_network_command, n, "macaddr", problems,
				 "%s is no address of one device: expected an even first byte such as "
				 "52:54:00:12:34:56", n->macaddr);
	return bad;
}

static int check(const struct ks_command *command, const void *values, struct problems *problems)
{
	const struct host_network *network = values;
	const struct host_kind *kind = host_kind_of(network);
	int bad = check_ipv4(network, problems) | check_ipv6(network, problems) |
		  check_together(network, problems) | check_rest(network, problems);

	(void)command;
	if (kind->check && bad == 0)
		bad = kind->check(network, problems);
	return bad ? -1 : 0;
}

const struct ks_command host_network_command = {
	.name = "network",
	.help = "Configures one network device: a NIC, or a bond, a VLAN or a bridge over others.",
	.options = options,
	.refused_options = refused_options,
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
