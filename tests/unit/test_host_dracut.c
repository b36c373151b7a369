// SPDX-License-Identifier: MIT
/*
 * dracut.cmdline(7), section Network, form by form: what each means here, verbatim. Guests need a bridge,
 * so the address of a NIC, a bond or a VLAN goes to br0 over it, where the text makes no other bridge.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host_text.h"

static const struct text_row rows[] = {
	/* ip={dhcp|on|any|dhcp6|auto6|either6|link6|single-dhcp} */
	{ __LINE__, "ip=dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "ip=on",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "ip=any",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "ip=dhcp6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=dhcp --noipv4" },
	{ __LINE__, "ip=auto6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=auto --noipv4" },
	{ __LINE__, "ip=either6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=auto --noipv4" },
	{ __LINE__, "ip=link6",
	  "network --device=br0 --bridgeslaves=bootif --ipv6=link --noipv4" },
	{ __LINE__, "ip=single-dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	/* ip=<interface>:{dhcp|on|any|dhcp6|auto6|link6}[:[<mtu>][:<macaddr>]] */
	{ __LINE__, "ip=eno1:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1" },
	{ __LINE__, "ip=enp2s0f0:on",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=enp2s0f0" },
	{ __LINE__, "ip=enp2s0f1:any",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=enp2s0f1" },
	{ __LINE__, "ip=ens1:dhcp6",
	  "network --device=br0 --bridgeslaves=ens1 --ipv6=dhcp --noipv4" },
	{ __LINE__, "ip=ens1:auto6",
	  "network --device=br0 --bridgeslaves=ens1 --ipv6=auto --noipv4" },
	{ __LINE__, "ip=ens1:link6",
	  "network --device=br0 --bridgeslaves=ens1 --ipv6=link --noipv4" },
	{ __LINE__, "ip=eno1:dhcp:9000",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1\n"
	  "network --device=eno1 --mtu=9000" },
	{ __LINE__, "ip=eno1:dhcp:9000:52:54:00:12:34:56",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1\n"
	  "network --device=eno1 --mtu=9000 --macaddr=52:54:00:12:34:56" },
	{ __LINE__, "ip=eno1:dhcp::52:54:00:12:34:56",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1\n"
	  "network --device=eno1 --macaddr=52:54:00:12:34:56" },
	{ __LINE__, "ip=eno1:dhcp ip=ens1:auto6 bootdev=ens1",
	  "network --device=eno1 --bootproto=dhcp --nodefroute\n"
	  "network --device=br0 --bridgeslaves=ens1 --ipv6=auto --noipv4" },
	/* ip=<client-IP>:[<peer>]:<gateway-IP>:<netmask>:<client_hostname>:<interface>:{none|...}[:[<mtu>][:<macaddr>]] */
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:255.255.255.0:node1:eno1:none",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --bridgeslaves=eno1" },
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24:node1:eno1:off",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --bridgeslaves=eno1" },
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24::eno1:none:9000:52:54:00:12:34:56",
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --bridgeslaves=eno1\n"
	  "network --device=eno1 --mtu=9000 --macaddr=52:54:00:12:34:56" },
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24::eno1:none::52:54:00:12:34:56",
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --bridgeslaves=eno1\n"
	  "network --device=eno1 --macaddr=52:54:00:12:34:56" },
	{ __LINE__, "ip=[2001:DB8::1]::[2001:DB8::ff]:64:node1:eno1:none",
	  "network --hostname=node1\n"
	  "network --device=br0 --bridgeslaves=eno1 --ipv6=2001:db8::1/64 "
	  "--ipv6gateway=2001:db8::ff --noipv4" },
	{ __LINE__, "ip=::::node1:eno1:dhcp",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1" },
	{ __LINE__, "ip=::::node1:eno1:on",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1" },
	{ __LINE__, "ip=::::node1:eno1:any",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1" },
	{ __LINE__, "ip=::::node1:eno1:dhcp6",
	  "network --hostname=node1\n"
	  "network --device=br0 --bridgeslaves=eno1 --ipv6=dhcp --noipv4" },
	{ __LINE__, "ip=::::node1:eno1:auto6",
	  "network --hostname=node1\n"
	  "network --device=br0 --bridgeslaves=eno1 --ipv6=auto --noipv4" },
	{ __LINE__, "ip=::::node1:eno1:ibft",
	  "cmdline: ip=::::node1:eno1:ibft: ibft is not supported: expected the address itself" },
	{ __LINE__, "ip=192.0.2.10:198.51.100.1::24::eno1:none",
	  "cmdline: ip=192.0.2.10:198.51.100.1::24::eno1:none: peer \"198.51.100.1\": "
	  "point-to-point links are not supported: expected an empty second place" },
	{ __LINE__, "ip=192.0.2.10:198.51.100.1/32::24::eno1:none",
	  "cmdline: ip=192.0.2.10:198.51.100.1/32::24::eno1:none: peer \"198.51.100.1/32\": "
	  "point-to-point links are not supported: expected an empty second place" },
	{ __LINE__, "ip=[2001:DB8::1]:[2001:DB8::2]::64::eno1:none",
	  "cmdline: ip=[2001:DB8::1]:[2001:DB8::2]::64::eno1:none: peer \"[2001:DB8::2]\": "
	  "point-to-point links are not supported: expected an empty second place" },
	/* ...:{none|off|dhcp|...}[:[<dns1>][:<dns2>]] */
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24::eno1:none:192.0.2.53:192.0.2.54",
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --nameserver=192.0.2.53,192.0.2.54 --bridgeslaves=eno1" },
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24::eno1:none:192.0.2.53",
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --nameserver=192.0.2.53 --bridgeslaves=eno1" },
	{ __LINE__, "ip=192.0.2.10::192.0.2.1:24::eno1:none::192.0.2.54",
	  "network --device=br0 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1 --nameserver=192.0.2.54 --bridgeslaves=eno1" },
	{ __LINE__, "ip=[2001:DB8::1]::[2001:DB8::ff]:64::eno1:none:[2001:DB8::53]:192.0.2.54",
	  "network --device=br0 --nameserver=2001:db8::53,192.0.2.54 --bridgeslaves=eno1 "
	  "--ipv6=2001:db8::1/64 --ipv6gateway=2001:db8::ff --noipv4" },
	{ __LINE__, "ip=::::node1:eno1:dhcp:192.0.2.53",
	  "network --hostname=node1\n"
	  "network --device=br0 --bootproto=dhcp --nameserver=192.0.2.53 --bridgeslaves=eno1" },
	/* ifname=<interface>:<MAC> */
	{ __LINE__, "ifname=bootnet:52:54:00:12:34:56 ip=bootnet:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=52:54:00:12:34:56" },
	{ __LINE__, "ip=bluesocket:dhcp ifname=bluesocket:52:54:00:12:34:56",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=52:54:00:12:34:56" },
	{ __LINE__, "ifname=bootnet:52:54:00:12:34",
	  "cmdline: ifname=bootnet:52:54:00:12:34: expected NAME:MAC" },
	/* rd.route=<net>/<netmask>:<gateway>[:<interface>], the page's own examples */
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222:ens10 ip=ens10:dhcp",
	  "network --device=br0 --bootproto=dhcp --route=192.168.200.0/24:192.168.100.222 "
	  "--bridgeslaves=ens10" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222 ip=ens10:dhcp",
	  "network --device=br0 --bootproto=dhcp --route=192.168.200.0/24:192.168.100.222 "
	  "--bridgeslaves=ens10" },
	{ __LINE__, "rd.route=192.168.200.0/24::ens10 ip=ens10:dhcp",
	  "network --device=br0 --bootproto=dhcp --route=192.168.200.0/24: --bridgeslaves=ens10" },
	{ __LINE__, "rd.route=[2001:DB8:3::/8]:[2001:DB8:2::1]:ens10 ip=ens10:auto6",
	  "network --device=br0 --route=[2000::/8]:[2001:db8:2::1] --bridgeslaves=ens10 "
	  "--ipv6=auto --noipv4" },
	{ __LINE__, "rd.route=192.168.200.0/255.255.255.0:192.168.100.222 "
		  "ip=192.168.100.5::192.168.100.1:24::ens10:none ip=ens3:dhcp bootdev=ens3",
	  "network --device=ens10 --bootproto=static --ip=192.168.100.5 --netmask=255.255.255.0 "
	  "--gateway=192.168.100.1 --route=192.168.200.0/24:192.168.100.222 --nodefroute\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222",
	  "cmdline: rd.route=192.168.200.0/24:192.168.100.222: no such device: expected an ip= "
	  "that gives it an address" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222:ens11 ip=ens10:dhcp",
	  "cmdline: rd.route=192.168.200.0/24:192.168.100.222:ens11: no such device: expected an "
	  "ip= that gives it an address" },
	{ __LINE__, "rd.route=192.168.200.0/24",
	  "cmdline: rd.route=192.168.200.0/24: expected NET/LENGTH:GATEWAY[:DEVICE] or "
	  "NET/LENGTH::DEVICE, with IPv6 in [brackets]" },
	{ __LINE__, "rd.route=192.168.200.0/24: ip=ens10:dhcp",
	  "cmdline: rd.route=192.168.200.0/24:: expected NET/LENGTH:GATEWAY[:DEVICE] or "
	  "NET/LENGTH::DEVICE, with IPv6 in [brackets]" },
	{ __LINE__, "rd.route=2001:DB8:3::/8:2001:DB8:2::1 ip=ens10:auto6",
	  "cmdline: rd.route=2001:DB8:3::/8:2001:DB8:2::1: expected NET/LENGTH:GATEWAY[:DEVICE] "
	  "or NET/LENGTH::DEVICE, with IPv6 in [brackets]" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222:ens10:x ip=ens10:dhcp",
	  "cmdline: rd.route=192.168.200.0/24:192.168.100.222:ens10:x: expected "
	  "NET/LENGTH:GATEWAY[:DEVICE] or NET/LENGTH::DEVICE, with IPv6 in [brackets]" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222:bond0 "
		  "rd.route=192.168.201.0/24:192.168.100.222:eno1 "
		  "bond=bond0:eno1,eno2:mode=802.3ad ip=bond0:dhcp",
	  "cmdline: rd.route=192.168.201.0/24:192.168.100.222:eno1: no such device: expected an "
	  "ip= that gives it an address" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222 bond=bond0:eno1,eno2:mode=802.3ad",
	  "network --device=bond0 --bondslaves=eno1,eno2 --bondopts=mode=802.3ad --noipv4 "
	  "--noipv6\n"
	  "network --device=br0 --route=192.168.200.0/24:192.168.100.222 --bridgeslaves=bond0" },
	{ __LINE__, "rd.route=192.168.200.0/24:192.168.100.222 "
		  "rd.route=192.168.200.0/24:192.168.100.223 ip=ens10:dhcp",
	  "cmdline:3: network --route: 192.168.200.0/24:192.168.100.223: a second route to this "
	  "network, the first one is at cmdline:3" },
	/* bootdev=, BOOTIF=, rd.bootif=, nameserver=, rd.peerdns= */
	{ __LINE__, "ip=eno1:dhcp ip=eno2:dhcp bootdev=eno2",
	  "network --device=eno1 --bootproto=dhcp --nodefroute\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno2" },
	{ __LINE__, "BOOTIF=01-52-54-00-12-34-56",
	  "bootif 52:54:00:12:34:56" },
	{ __LINE__, "BOOTIF=52:54:00:12:34:56",
	  "bootif 52:54:00:12:34:56" },
	{ __LINE__, "BOOTIF=01:52:54:00:12:34:56",
	  "bootif 52:54:00:12:34:56" },
	{ __LINE__, "BOOTIF=01-52-54-00-12-34-56 rd.bootif=0",
	  "" },
	{ __LINE__, "ip=dhcp nameserver=192.0.2.53 nameserver=[2001:DB8::53] "
		  "nameserver=2001:DB8::54",
	  "network --device=br0 --bootproto=dhcp "
	  "--nameserver=192.0.2.53,2001:db8::53,2001:db8::54 --bridgeslaves=bootif" },
	{ __LINE__, "ip=dhcp rd.peerdns=0 nameserver=192.0.2.53",
	  "network --device=br0 --bootproto=dhcp --nameserver=192.0.2.53 --bridgeslaves=bootif "
	  "--ipv4-ignore-auto-dns --ipv6-ignore-auto-dns" },
	{ __LINE__, "biosdevname=0 rd.neednet=1",
	  "" },
	/* vlan=<vlanname>:<phydevice>, four styles of names */
	{ __LINE__, "vlan=vlan0005:eth0",
	  "network --device=eth0 --interfacename=vlan0005 --vlanid=5 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=vlan0005" },
	{ __LINE__, "vlan=vlan5:eth0",
	  "network --device=eth0 --interfacename=vlan5 --vlanid=5 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=vlan5" },
	{ __LINE__, "vlan=eth0.0005:eth0",
	  "network --device=eth0 --interfacename=eth0.0005 --vlanid=5 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=eth0.0005" },
	{ __LINE__, "vlan=eth0.5:eth0",
	  "network --device=eth0 --interfacename=eth0.5 --vlanid=5 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=eth0.5" },
	{ __LINE__, "vlan=eth0.5:eth0 ip=eth0.5:dhcp",
	  "network --device=eth0 --interfacename=eth0.5 --vlanid=5\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eth0.5" },
	{ __LINE__, "vlan=vlan5:bond0 bond=bond0:eno1,eno2 ip=vlan5:dhcp",
	  "network --device=bond0 --interfacename=vlan5 --vlanid=5\n"
	  "network --device=bond0 --bondslaves=eno1,eno2 --noipv4 --noipv6\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=vlan5" },
	{ __LINE__, "vlan=vlan5:bond0 ip=vlan5:dhcp",
	  "cmdline:1: network --device: \"bond0\" is not there: expected a bond of this name: "
	  "--bondslaves, or bond= on the kernel command line" },
	{ __LINE__, "vlan=vlan5:eno1 vlan=eno1.5:eno1",
	  "cmdline:2: network --vlanid: \"eno1\" has VLAN 5 already: \"vlan5\" (cmdline:1)" },
	{ __LINE__, "vlan=vlan5:eno1 vlan=vlan6:eno1 ip=vlan5:dhcp ip=vlan6:dhcp",
	  "network --device=eno1 --interfacename=vlan5 --vlanid=5\n"
	  "network --device=eno1 --interfacename=vlan6 --bootproto=dhcp --vlanid=6\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=vlan5" },
	/* bond=<bondname>[:<bondslaves>:[:<options>[:<mtu>]]] */
	{ __LINE__, "bond",
	  "network --device=bond0 --bondslaves=eth0,eth1 --bondopts=mode=balance-rr --noipv4 "
	  "--noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0",
	  "network --device=bond0 --bondslaves=eth0,eth1 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2",
	  "network --device=bond0 --bondslaves=eno1,eno2 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2:mode=active-backup,miimon=100",
	  "network --device=bond0 --bondslaves=eno1,eno2 "
	  "--bondopts=mode=active-backup,miimon=100 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2:mode=active-backup,arp_interval=100,"
		  "arp_ip_target=192.0.2.1;192.0.2.2:9000",
	  "network --device=bond0 --mtu=9000 --bondslaves=eno1,eno2 "
	  "--bondopts=mode=active-backup;arp_interval=100;arp_ip_target=192.0.2.1,192.0.2.2; "
	  "--noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2::9000",
	  "network --device=bond0 --mtu=9000 --bondslaves=eno1,eno2 --noipv4 --noipv6\n"
	  "network --device=br0 --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2:mode=4,lacp_rate=1:9000 ip=bond0:dhcp",
	  "network --device=bond0 --mtu=9000 --bondslaves=eno1,eno2 "
	  "--bondopts=mode=4,lacp_rate=1\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bond0" },
	{ __LINE__, "bond=bond0:eno1,eno2:mode=1,miimon=0 ip=bond0:dhcp",
	  "cmdline:1: network --bondopts: miimon=0 never notices a dead link: expected "
	  "miimon=100, or arp_interval and arp_ip_target" },
	{ __LINE__, "bond=bond0:eno1,eno2 bond=bond1:eno2,eno3",
	  "cmdline:2: network --bondslaves: \"eno2\" is a port already, of \"bond0\" "
	  "(cmdline:1): expected it in one bond or bridge" },
	{ __LINE__, "bond=bond0:eno1,eno2 ip=eno1:dhcp",
	  "cmdline:2: network --bridgeslaves: \"eno1\" is a port already, of \"bond0\" "
	  "(cmdline:1): expected it in one bond or bridge" },
	{ __LINE__, "ifname=bootnet:52:54:00:12:34:56 bond=bond0:bootnet,eno2 ip=bond0:dhcp",
	  "network --device=bond0 --bondslaves=52:54:00:12:34:56,eno2\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bond0" },
	/* team=<teammaster>:<teamslaves>[:<teamrunner>] */
	{ __LINE__, "team=team0:eth0,eth1:activebackup",
	  "cmdline: team=team0:eth0,eth1:activebackup: the image has no team driver: expected "
	  "bond=" },
	{ __LINE__, "team",
	  "cmdline: team=: the image has no team driver: expected bond=" },
	/* bridge=<bridgename>:<ethnames> */
	{ __LINE__, "bridge",
	  "network --device=br0 --bridgeslaves=eth0" },
	{ __LINE__, "bridge=br0:eno1",
	  "network --device=br0 --bridgeslaves=eno1" },
	{ __LINE__, "bridge=br0:eno1,eno2 ip=br0:dhcp",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1,eno2" },
	{ __LINE__, "bridge=br1:bond0 bond=bond0:eno1,eno2 ip=br1:dhcp",
	  "network --device=br1 --bootproto=dhcp --bridgeslaves=bond0\n"
	  "network --device=bond0 --bondslaves=eno1,eno2 --noipv4 --noipv6" },
	{ __LINE__, "bridge=br0:eno1 bridge=br1:eno2 ip=br0:dhcp ip=192.0.2.10:::24::br1:none",
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=eno1\n"
	  "network --device=br1 --bootproto=static --ip=192.0.2.10 --netmask=255.255.255.0 "
	  "--bridgeslaves=eno2" },
	{ __LINE__, "bridge=br0:bond0",
	  "cmdline:1: network --bridgeslaves: \"bond0\" is not there: expected a bond of this "
	  "name: --bondslaves, or bond= on the kernel command line" },
	{ __LINE__, "ip=br0:dhcp",
	  "cmdline:1: network --device: \"br0\" is not there: expected a bridge of this name: "
	  "--bridgeslaves, or bridge= on the kernel command line" },
	{ __LINE__, "ip=bond0:dhcp",
	  "cmdline:1: network --bridgeslaves: \"bond0\" is not there: expected a bond of this "
	  "name: --bondslaves, or bond= on the kernel command line" },
};

static void test_page(void **state)
{
	(void)state;
	expect_text_rows(rows, host_cmdline_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
