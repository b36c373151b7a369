// SPDX-License-Identifier: MIT
/*
 * The kernel command line: the forms of dracut.cmdline(7), the kernel's quoting, and every message
 * verbatim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/kernel_args.h"
#include "tests/host_text.h"

/* The text, and its normal form or the problems; then what else was said. */
static const struct text_row rows[] = {
	{ __LINE__, "quiet root=live console=ttyS0",
	  "" },
	{ __LINE__, "ip=dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "ip=on",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "ip=dhcp6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=dhcp --noipv4" },
	{ __LINE__, "ip=auto6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=auto --noipv4" },
	{ __LINE__, "ip=link6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=link --noipv4" },
	{ __LINE__, "ip=none",
	  "network --device=br0 --bridgeslaves=bootif --noipv4 --noipv6" },
	{ __LINE__, "ip=ens3:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3" },
	{ __LINE__, "ip=ens3:dhcp:9000",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3\n"
	  "network --device=ens3 --mtu=9000" },
	{ __LINE__, "ip=ens3:dhcp:1400:52:54:00:00:00:09",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3\n"
	  "network --device=ens3 --mtu=1400 --macaddr=52:54:00:00:00:09" },
	{ __LINE__, "ip=ens3:any::52:54:00:00:00:09",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3\n"
	  "network --device=ens3 --macaddr=52:54:00:00:00:09" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:255.255.255.0:node5:ens3:none",
	  "network --hostname=node5\n"
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 --bridgeslaves=ens3" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens3:off:9000",
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 --bridgeslaves=ens3\n"
	  "network --device=ens3 --mtu=9000" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens3:none:192.0.2.53:[2001:db8::53]",
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 "
	  "--nameserver=192.0.2.53,2001:db8::53 --bridgeslaves=ens3" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:255.255.255.0",
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 --bridgeslaves=bootif" },
	{ __LINE__, "ip=[2001:DB8::5]::[2001:db8::1]:64:node5:ens3:none",
	  "network --hostname=node5\n"
	  "network --device=br0 --bridgeslaves=ens3 --ipv6=2001:db8::5/64 "
	  "--ipv6gateway=2001:db8::1 --noipv4" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens3:none "
		  "ip=[2001:db8::5]::[2001:db8::1]:64::ens3:none nameserver=192.0.2.53 "
		  "nameserver=[2001:db8::53]",
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 "
	  "--nameserver=192.0.2.53,2001:db8::53 --bridgeslaves=ens3 "
	  "--ipv6=2001:db8::5/64 --ipv6gateway=2001:db8::1" },
	{ __LINE__, "ip=:::::ens3:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens3:auto6",
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 --bridgeslaves=ens3 --ipv6=auto" },
	{ __LINE__, "ip=ens3:dhcp ip=ens4:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3\n"
	  "network --device=ens4 --bootproto=dhcp" },
	{ __LINE__, "ip=ens3:dhcp ip=ens4:dhcp bootdev=ens4",
	  "network --device=ens3 --bootproto=dhcp --nodefroute\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens4" },
	{ __LINE__, "bond=bond0:ens3,ens4:mode=active-backup,primary=ens3:9000 ip=bond0:dhcp",
	  "network --device=bond0 --mtu=9000 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=active-backup,primary=ens3\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:ens3,ens4:mode=active-backup,arp_interval=100,arp_ip_target=192.0."
		  "2.1;192.0.2.2",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=active-backup;arp_interval=100;arp_ip_target=192.0.2.1,192.0."
	  "2.2; --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond",
	  "network --device=bond0 --bondslaves=eth0,eth1 --bondopts=mode=balance-rr "
	  "--noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bridge=br1:ens3,ens4 ip=br1:dhcp",
	  "network --device=br1 --bootproto=dhcp --bridgeslaves=ens3,ens4" },
	{ __LINE__, "bridge=br1:ens3 ip=ens3:dhcp",
	  "network --device=br1 --bootproto=dhcp --bridgeslaves=ens3" },
	{ __LINE__, "bridge",
	  "network --device=br0 --bridgeslaves=eth0" },
	{ __LINE__, "vlan=vlan5:ens3 ip=vlan5:dhcp",
	  "network --device=ens3 --interfacename=vlan5 --vlanid=5\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=vlan5" },
	{ __LINE__, "vlan=ens3.0005:ens3 ip=dhcp",
	  "network --device=ens3 --interfacename=ens3.0005 --vlanid=5\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3.0005" },
	{ __LINE__, "vlan=vlan0007:bond0 bond=bond0:ens3,ens4 bridge=br0:vlan0007 ip=br0:dhcp",
	  "network --device=bond0 --interfacename=vlan0007 --vlanid=7 --noipv4 --noipv6\n"
	  "network --device=bond0 --bondslaves=ens3,ens4 --noipv4 --noipv6\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=vlan0007" },
	{ __LINE__, "ifname=bootnet:52:54:00:12:34:56 ip=bootnet:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=52:54:00:12:34:56" },
	{ __LINE__, "BOOTIF=01-52-54-00-AA-bb-cc",
	  "bootif 52:54:00:aa:bb:cc" },
	{ __LINE__, "BOOTIF=01:52:54:00:AA:bb:cc",
	  "bootif 52:54:00:aa:bb:cc" },
	{ __LINE__, "BOOTIF=52-54-00-aa-bb-cc",
	  "bootif 52:54:00:aa:bb:cc" },
	{ __LINE__, "BOOTIF=52:54:00:aa:bb:cc rd.bootif=0",
	  "" },
	{ __LINE__, "BOOTIF=garbage",
	  "NOTE BOOTIF=garbage: ignored: expected a MAC address such as 52:54:00:12:34:56" },
	{ __LINE__, "nameserver=192.0.2.53",
	  "NOTE nameserver=: ignored: expected an ip= beside it" },
	{ __LINE__, "ks=http://192.0.2.1/a.ks inst.ks=hd:LABEL=X:/b.ks",
	  "ks hd:LABEL=X:/b.ks" },
	{ __LINE__, "roost.appliance=roost.example.com "
		  "roost.fingerprint=AA:bb:000102030405060708090a0b0c0d0e0f101112131415161718191"
		  "a1b1c1d roost.hostname=node1 roost.debug",
	  "network --hostname=node1\n"
	  "appliance.server roost.example.com\n"
	  "appliance.fingerprint "
	  "aabb000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d\n"
	  "debug" },
	{ __LINE__, "roost.token=abc roost.debug=no",
	  "token abc\n"
	  "NOTE roost.token=: every user of this host can read the kernel command line: "
	  "a credential or the OEMDRV volume keeps the token secret" },
	{ __LINE__, "\"roost.hostname=node one\" roost.appliance=\"[2001:db8::1]:8443\"",
	  "cmdline: roost.hostname=node one: \"node one\" is not valid: expected a host "
	  "name such as node1.example.com" },
	{ __LINE__, "roost.hostname=\"node1\" ip=192.0.2.5::192.0.2.1:24:node5:ens3:none",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 --bridgeslaves=ens3" },
	{ __LINE__, "ip=ens3:dhpc",
	  "cmdline: ip=ens3:dhpc: \"dhpc\" is not valid: expected dhcp, dhcp6, auto6, "
	  "link6, none, DEVICE:dhcp or ADDRESS::GATEWAY:NETMASK:HOSTNAME:DEVICE:none" },
	{ __LINE__, "ip=",
	  "cmdline: ip=: \"\" is not valid: expected dhcp, dhcp6, auto6, link6, none, "
	  "DEVICE:dhcp or ADDRESS::GATEWAY:NETMASK:HOSTNAME:DEVICE:none" },
	{ __LINE__, "ip=192.0.2.5",
	  "cmdline: ip=192.0.2.5: netmask missing: expected one such as 255.255.255.0 or "
	  "24 in the fourth place" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1",
	  "cmdline: ip=192.0.2.5::192.0.2.1: netmask missing: expected one such as "
	  "255.255.255.0 or 24 in the fourth place" },
	{ __LINE__, "ip=192.0.2.5:192.0.2.9:192.0.2.1:24::ens3:none",
	  "cmdline: ip=192.0.2.5:192.0.2.9:192.0.2.1:24::ens3:none: peer \"192.0.2.9\": "
	  "point-to-point links are not supported: expected an empty second place" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens3:dhcp",
	  "cmdline: ip=192.0.2.5::192.0.2.1:24::ens3:dhcp: an address and \"dhcp\" "
	  "contradict each other: expected one of the two" },
	{ __LINE__, "ip=192.0.2.5::198.51.100.1:24::ens3:none",
	  "cmdline:1: network --gateway: 198.51.100.1 is outside the network of 192.0.2.5/24" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:99::ens3:none",
	  "cmdline: ip=192.0.2.5::192.0.2.1:99::ens3:none: netmask: \"99\" is not valid: "
	  "expected a netmask such as 255.255.255.0 or 24" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:::ens3:none",
	  "cmdline: ip=192.0.2.5::192.0.2.1:::ens3:none: netmask missing: expected one "
	  "such as 255.255.255.0 or 24 in the fourth place" },
	{ __LINE__, "ip=[2001:db8::5::[2001:db8::1]:64::ens3:none",
	  "cmdline: ip=[2001:db8::5::[2001:db8::1]:64::ens3:none: expected a ] for every "
	  "[" },
	{ __LINE__, "ip=[2001:db8::5]:::::ens3:none",
	  "cmdline: ip=[2001:db8::5]:::::ens3:none: prefix missing: expected its length, "
	  "such as 64, in the fourth place" },
	{ __LINE__, "ip=::192.0.2.1:24::ens3:none",
	  "cmdline: ip=::192.0.2.1:24::ens3:none: address missing: expected it in the "
	  "first place" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24:bad_host:ens3:none",
	  "cmdline: ip=192.0.2.5::192.0.2.1:24:bad_host:ens3:none: host name "
	  "\"bad_host\" is not valid: expected a host name such as node1.example.com" },
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::averyveryverylongname:none",
	  "cmdline: ip=192.0.2.5::192.0.2.1:24::averyveryverylongname:none: "
	  "\"averyveryverylongname\" is not valid: expected an interface name such as "
	  "eno1, of 15 characters at most" },
	{ __LINE__, "ip=ens3:ibft",
	  "cmdline: ip=ens3:ibft: ibft is not supported: expected the address itself" },
	{ __LINE__, "ip=ens3:dhcp ip=ens3:dhcp",
	  "cmdline: ip=ens3:dhcp: duplicate device \"ens3\": there is an ip= for IPv4 of "
	  "it already" },
	{ __LINE__, "ip=ens3:dhcp:99999",
	  "cmdline: ip=ens3:dhcp:99999: MTU: \"99999\" is not valid: expected a whole "
	  "number from 576 to 65535" },
	{ __LINE__, "ip=ens3:dhcp:1500:52:54",
	  "cmdline: ip=ens3:dhcp:1500:52:54: MAC address: \"52:54\" is not valid: "
	  "expected a MAC address such as 52:54:00:12:34:56" },
	{ __LINE__, "ip=ens3:dhcp:1500:05:54:00:00:00:09",
	  "cmdline:1: network --macaddr: 05:54:00:00:00:09 is no address of one device: expected "
	  "an even first byte such as 52:54:00:12:34:56" },
	{ __LINE__, "bond=bond0:ens3:mode=fast",
	  "cmdline:1: network --bondopts: mode=fast is not valid: expected one of "
	  "balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, "
	  "balance-alb" },
	{ __LINE__, "bond=bond0:ens3:speed=1",
	  "cmdline:1: network --bondopts: unknown key \"speed\": expected one of mode, miimon, "
	  "updelay, downdelay, peer_notif_delay, lacp_rate, ad_select, ad_actor_sys_prio, "
	  "ad_actor_system, ad_user_port_key, min_links, xmit_hash_policy, primary, "
	  "primary_reselect, fail_over_mac, num_grat_arp, num_unsol_na, arp_interval, "
	  "arp_ip_target, arp_validate, arp_all_targets, arp_missed_max, resend_igmp, "
	  "all_slaves_active, packets_per_slave, lp_interval, tlb_dynamic_lb, use_carrier" },
	{ __LINE__, "bond=bond0:ens3,ens3",
	  "cmdline: bond=bond0:ens3,ens3: devices: \"ens3\" is there twice: expected "
	  "every value once" },
	{ __LINE__, "bond=a:b:c:1500:e",
	  "cmdline: bond=a:b:c:1500:e: expected NAME:DEVICE,DEVICE[:OPTIONS[:MTU]]" },
	{ __LINE__, "bridge=br0",
	  "cmdline: bridge=br0: expected NAME:DEVICE[,DEVICE...]" },
	{ __LINE__, "vlan=vlan:ens3",
	  "cmdline: vlan=vlan:ens3: expected a name that ends in the VLAN's id, such as "
	  "vlan5 or eth0.5" },
	{ __LINE__, "vlan=vlan4095:ens3",
	  "cmdline: vlan=vlan4095:ens3: id: \"4095\" is not valid: expected a whole "
	  "number from 1 to 4094" },
	{ __LINE__, "vlan=trunk7:ens3",
	  "network --device=ens3 --interfacename=trunk7 --vlanid=7 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=trunk7" },
	{ __LINE__, "ifname=bootnet",
	  "cmdline: ifname=bootnet: expected NAME:MAC" },
	{ __LINE__, "nameserver=example",
	  "cmdline: nameserver=example: expected an IPv4 or IPv6 address such as "
	  "192.0.2.10 or 2001:db8::10" },
	{ __LINE__, "roost.appliance=a:b:c",
	  "cmdline: roost.appliance=a:b:c: \"a:b:c\" is not valid: expected a host and, "
	  "if need be, a port such as roost.example.com:8443" },
	{ __LINE__, "roost.fingerprint=abc",
	  "cmdline: roost.fingerprint=abc: \"abc\" is not valid: expected a SHA-256 of "
	  "64 hexadecimal digits, with or without colons" },
	{ __LINE__, "roost.hostname=-x",
	  "cmdline: roost.hostname=-x: \"-x\" is not valid: expected a host name such as "
	  "node1.example.com" },
	{ __LINE__, "roost.debug=maybe",
	  "cmdline: roost.debug=maybe: expected yes or no" },
	{ __LINE__, "bridge=br0:ens3 bridge=br0:ens4",
	  "cmdline:2: network --device: duplicate device \"br0\": the first one is at "
	  "cmdline:1" },
	{ __LINE__, "bridge=br0:ens3 bridge=br1:ens3",
	  "cmdline:2: network --bridgeslaves: \"ens3\" is a port already, of \"br0\" "
	  "(cmdline:1): expected it in one bond or bridge" },
};

static void test_cmdlines(void **state)
{
	(void)state;
	expect_text_rows(rows, host_cmdline_text);
}

/* "name=value|name|..." */
static char *split_text(const char *text)
{
	struct kernel_args args;
	autostrv char **lines = NULL;

	kernel_args_split(text, &args);
	for (size_t i = 0; i < args.count; i++) {
		assert_int_equal(args.items[i].position, i + 1);
		if (args.items[i].value)
			strv_pushf(&lines, "%s=%s", args.items[i].name, args.items[i].value);
		else
			strv_push(&lines, args.items[i].name);
	}
	kernel_args_done(&args);
	return lines ? strv_join(lines, "|") : xstrdup("");
}

/* As the kernel's next_arg does it. */
static void test_quoting(void **state)
{
	static const struct text_row splits[] = {
		{ __LINE__, "", "" },
		{ __LINE__, " \t\n", "" },
		{ __LINE__, "a  b\tc\n", "a|b|c" },
		{ __LINE__, "a=b=c", "a=b=c" },
		{ __LINE__, "a=\"b c\" d", "a=b c|d" },
		{ __LINE__, "\"a=b c\" d", "a=b c|d" },
		{ __LINE__, "\"a b\" c", "a b|c" },
		{ __LINE__, "a=b\"c d\"e f", "a=b\"c d\"e|f" },
		{ __LINE__, "a=\"b c", "a=b c" },
		{ __LINE__, "a= b", "a=|b" },
		{ __LINE__, "=a", "=a" },
		{ __LINE__, "\"", "" },
		{ __LINE__, "-- single", "--|single" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(splits); i++) {
		autofree char *found = split_text(splits[i].text);

		if (!streq(found, splits[i].expected))
			fail_msg("row of line %d: expected <%s>, found <%s>", splits[i].line,
				 splits[i].expected, found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cmdlines),
		cmocka_unit_test(test_quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
