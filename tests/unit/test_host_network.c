// SPDX-License-Identifier: MIT
/*
 * The model of the network, devices: what `network` commands mean together, in their normal form, and
 * every message verbatim. PAINS 4 (NICs by MAC and path), 10 (nothing that bricks a host is accepted).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/host_text.h"

/* The text, and its normal form or the problems. */
static const struct text_row rows[] = {
	/* One device. */
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.2.1 --nameserver=192.0.2.1,2001:db8::1 --mtu=9000 --noipv6",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.5 "
	  "--netmask=255.255.255.0 --gateway=192.0.2.1 "
	  "--nameserver=192.0.2.1,2001:db8::1 --mtu=9000 --noipv6" },
	{ __LINE__, "network --device=ens3 --ip=192.0.2.5 --netmask=255.255.255.0 "
		  "--bootproto=bootp",
	  "ks:1: network --ip: needs --bootproto=static\n"
	  "ks:1: network --netmask: needs --bootproto=static" },
	{ __LINE__, "network --device=ens3 --bootproto=static",
	  "ks:1: network --ip: missing: --bootproto=static needs --ip and --netmask\n"
	  "ks:1: network --netmask: missing: --bootproto=static needs --ip and --netmask" },
	{ __LINE__, "network --device=ens3 --noipv4 --ip=192.0.2.5",
	  "ks:1: network --ip: contradicts --noipv4: expected one of the two" },
	{ __LINE__, "network --device=ens3 --noipv6 --ipv6=auto",
	  "ks:1: network --ipv6: contradicts --noipv6: expected one of the two" },
	{ __LINE__, "network --device=ens3 --ipv6gateway=2001:db8::1",
	  "ks:1: network --ipv6gateway: needs an address in --ipv6" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5",
	  "network --device=ens3 --ipv6=2001:db8::5/64" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=802.3ad,lacp_rate=fast,xmit_hash_policy=layer3+4\n"
		  "network --device=bond0 --vlanid=171\n"
		  "network --device=br0 --bridgeslaves=bond0.171 "
		  "--bridgeopts=stp=yes,priority=100",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=802.3ad,lacp_rate=fast,xmit_hash_policy=layer3+4\n"
	  "network --device=bond0 --vlanid=171\n"
	  "network --device=br0 --bridgeslaves=bond0.171 "
	  "--bridgeopts=stp=yes,priority=100" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=mode=fast",
	  "ks:1: network --bondopts: mode=fast is not valid: expected one of balance-rr, "
	  "active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=mode",
	  "ks:1: network --bondopts: \"mode\" is not valid: expected KEY=VALUE" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=primary=ens9",
	  "ks:1: network --bondopts: primary does not belong to mode=balance-rr: expected it "
	  "with active-backup, balance-tlb, balance-alb only\n"
	  "ks:1: network --bondopts: primary=ens9 is not valid: expected one of --bondslaves" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3 --bondopts=mode=1,mode=2",
	  "ks:1: network --bondopts: \"mode\" is there twice" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=stp=maybe",
	  "ks:1: network --bridgeopts: stp=maybe is not valid: expected one of no, yes" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=speed=1",
	  "ks:1: network --bridgeopts: unknown key \"speed\": expected one of stp, priority, "
	  "forward-delay, hello-time, max-age, ageing-time, multicast-snooping, "
	  "multicast-querier, vlan-filtering, vlan-default-pvid, vlan-protocol" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --vlanid=5",
	  "ks:1: network --vlanid: contradicts --bridgeslaves: expected a command for "
	  "each device" },
	{ __LINE__, "network --device=ens3 --vlanid=5000",
	  "ks:1: network --vlanid: \"5000\" is not valid: expected a whole number from 1 "
	  "to 4094" },
	{ __LINE__, "network --device=ens3 --vlanid=5 --interfacename=vlan6",
	  "ks:1: network --interfacename: \"vlan6\" is not valid: expected a name that "
	  "ends in the VLAN's id, 5, after a dot or after vlan" },
	{ __LINE__, "network --vlanid=5",
	  "ks:1: network --device: missing: a VLAN needs the device below it" },
	{ __LINE__, "network --device=enp216s0f0np0 --vlanid=4000",
	  "ks:1: network --interfacename: missing: \"enp216s0f0np0.4000\" is longer than "
	  "the 15 characters of a device name" },
	{ __LINE__, "network --device=ens3 --interfacename=x",
	  "ks:1: network --interfacename: needs --vlanid" },
	{ __LINE__, "network --device=averyveryverylongname",
	  "ks:1: network --device: \"averyveryverylongname\" is not valid: expected bootif, "
	  "link, a MAC address, a path such as pci-0000:00:03.0, or an interface name of 15 "
	  "letters, digits and ._-@+ at most, and none of the kernel's own (lo, all, default, a "
	  "number)" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=br0 --bridgeslaves=ens4",
	  "ks:2: network --device: duplicate device \"br0\": the first one is at ks:1" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=br1 --bridgeslaves=ens3",
	  "ks:2: network --bridgeslaves: \"ens3\" is a port already, of \"br0\" (ks:1): expected "
	  "it in one bond or bridge" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --bootproto=dhcp",
	  "ks:2: network: \"ens3\" is a port of \"br0\" (ks:1) and can have no address: "
	  "addresses belong to \"br0\"" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --mtu=9000",
	  "network --device=br0 --bridgeslaves=ens3\n"
	  "network --device=ens3 --mtu=9000" },
	{ __LINE__, "network --device=br0 --bridgeslaves=br0",
	  "ks:1: network --bridgeslaves: \"br0\" cannot be a port of itself" },
	{ __LINE__, "network --device=br0 --bridgeslaves=br1\n"
		  "network --device=br1 --bridgeslaves=ens3",
	  "ks:1: network --bridgeslaves: \"br1\" is a bridge (ks:2): expected a NIC, a "
	  "bond or a VLAN" },
	{ __LINE__, "network --device=bond0 --bondslaves=bond1\n"
		  "network --device=bond1 --bondslaves=ens3",
	  "ks:1: network --bondslaves: \"bond1\" is a bond (ks:2): expected NICs" },
	{ __LINE__, "network --device=br0 --bridgeslaves=bond0.5\n"
		  "network --device=bond0 --vlanid=5\n"
		  "network --device=bond0 --bondslaves=bond0.5",
	  "ks:3: network --bondslaves: \"bond0.5\" is a port already, of \"br0\" (ks:1): "
	  "expected it in one bond or bridge\n"
	  "ks:2: network --device: \"bond0.5\" is made of devices that are made of it\n"
	  "ks:3: network --device: \"bond0\" is made of devices that are made of it" },
	{ __LINE__, "network --device=ens3 --bindto=mac --onboot=no --activate --dhcpclass=roost "
		  "--nodefroute --nodns --ipv4-dns-search=a.example,b.example",
	  "network --device=ens3 --nodefroute --nodns "
	  "--ipv4-dns-search=a.example,b.example --dhcpclass=roost --bindto=mac "
	  "--onboot=no --activate" },
	{ __LINE__, "network --device=ens3 --dhcpclass=\"a%b\"",
	  "ks:1: network --dhcpclass: \"a%b\" is not valid: expected at most 255 "
	  "printable characters without quotes, \\ and %" },
	/* Names. */
	{ __LINE__, "network --device=lo",
	  "ks:1: network --device: \"lo\" is not valid: expected bootif, link, a MAC address, a "
	  "path such as pci-0000:00:03.0, or an interface name of 15 letters, digits and ._-@+ "
	  "at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=bond0 --bondslaves=all",
	  "ks:1: network --bondslaves: \"all\" is not valid: expected bootif, link, a MAC "
	  "address, a path such as pci-0000:00:03.0, or an interface name of 15 letters, digits "
	  "and ._-@+ at most, and none of the kernel's own (lo, all, default, a number), or "
	  "several separated by \",\"" },
	{ __LINE__, "network --device=bonding_masters --bondslaves=ens3",
	  "ks:1: network --device: \"bonding_masters\" is not valid: expected bootif, link, a "
	  "MAC address, a path such as pci-0000:00:03.0, or an interface name of 15 letters, "
	  "digits and ._-@+ at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=7",
	  "ks:1: network --device: \"7\" is not valid: expected bootif, link, a MAC address, a "
	  "path such as pci-0000:00:03.0, or an interface name of 15 letters, digits and ._-@+ "
	  "at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=eth* --bootproto=dhcp",
	  "ks:1: network --device: \"eth*\" is not valid: expected bootif, link, a MAC address, "
	  "a path such as pci-0000:00:03.0, or an interface name of 15 letters, digits and ._-@+ "
	  "at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=-x",
	  "ks:1: network --device: \"-x\" is not valid: expected bootif, link, a MAC address, a "
	  "path such as pci-0000:00:03.0, or an interface name of 15 letters, digits and ._-@+ "
	  "at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=pci-0000:00:03.0 --bootproto=dhcp",
	  "network --device=pci-0000:00:03.0 --bootproto=dhcp" },
	{ __LINE__, "network --device=pci-0000:0A:1F.7",
	  "network --device=pci-0000:0a:1f.7" },
	{ __LINE__, "network --device=pci-0000:00:03.8",
	  "ks:1: network --device: \"pci-0000:00:03.8\" is not valid: expected bootif, link, a "
	  "MAC address, a path such as pci-0000:00:03.0, or an interface name of 15 letters, "
	  "digits and ._-@+ at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=pci-00:03.0",
	  "ks:1: network --device: \"pci-00:03.0\" is not valid: expected bootif, link, a MAC "
	  "address, a path such as pci-0000:00:03.0, or an interface name of 15 letters, digits "
	  "and ._-@+ at most, and none of the kernel's own (lo, all, default, a number)" },
	{ __LINE__, "network --device=52-54-00-AA-00-01",
	  "network --device=52:54:00:aa:00:01" },
	{ __LINE__, "network --bondslaves=ens3,ens4",
	  "ks:1: network --device: missing: a bond needs a name of its own" },
	{ __LINE__, "network --device=bootif --bridgeslaves=ens3",
	  "ks:1: network --device: \"bootif\" stands for a NIC: a bridge needs a name of its own" },
	{ __LINE__, "network --device=52:54:00:12:34:56 --bondslaves=ens3",
	  "ks:1: network --device: \"52:54:00:12:34:56\" stands for a NIC: a bond needs a name "
	  "of its own" },
	{ __LINE__, "network --device=vnet0 --bridgeslaves=ens3",
	  "ks:1: network --device: \"vnet0\" is a name that libvirt gives: expected another one" },
	{ __LINE__, "network --device=ens3 --vlanid=5 --interfacename=virbr5",
	  "ks:1: network --interfacename: \"virbr5\" is a name that libvirt gives: expected "
	  "another one" },
	{ __LINE__, "network --device=ens3 --interfacename=eth0/1 --vlanid=5",
	  "ks:1: network --interfacename: \"eth0/1\" is not valid: expected an interface name of "
	  "15 letters, digits and ._-@+ at most, and none of the kernel's own (lo, all, default, "
	  "a number)" },
	/* Devices that no command makes. */
	{ __LINE__, "network --device=bond0 --bootproto=dhcp",
	  "ks:1: network --device: \"bond0\" is not there: expected a bond of this name: "
	  "--bondslaves, or bond= on the kernel command line" },
	{ __LINE__, "network --device=br0 --bridgeslaves=bond0",
	  "ks:1: network --bridgeslaves: \"bond0\" is not there: expected a bond of this name: "
	  "--bondslaves, or bond= on the kernel command line" },
	{ __LINE__, "network --device=br0 --bridgeslaves=vlan5",
	  "ks:1: network --bridgeslaves: \"vlan5\" is not there: expected a VLAN of this name: "
	  "--vlanid, or vlan= on the kernel command line" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3.5",
	  "ks:1: network --bridgeslaves: \"ens3.5\" is not there: expected a VLAN of this name: "
	  "--vlanid, or vlan= on the kernel command line" },
	{ __LINE__, "network --device=bond7 --vlanid=5",
	  "ks:1: network --device: \"bond7\" is not there: expected a bond of this name: "
	  "--bondslaves, or bond= on the kernel command line" },
	{ __LINE__, "network --device=br1 --noipv4",
	  "ks:1: network --device: \"br1\" is not there: expected a bridge of this name: "
	  "--bridgeslaves, or bridge= on the kernel command line" },
	/* Options and kinds. */
	{ __LINE__, "network --device=ens3 --bondopts=mode=1",
	  "ks:1: network --bondopts: needs --bondslaves" },
	{ __LINE__, "network --device=ens3 --bridgeopts=stp=yes",
	  "ks:1: network --bridgeopts: needs --bridgeslaves" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3 --bridgeslaves=ens4",
	  "ks:1: network --bridgeslaves: contradicts --bondslaves: expected a command for each "
	  "device" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3 --vlanid=5",
	  "ks:1: network --vlanid: contradicts --bondslaves: expected a command for each device" },
	{ __LINE__, "network --device=ens3 --nodns --nameserver=192.0.2.53",
	  "ks:1: network --nodns: contradicts --nameserver: expected one of the two" },
	{ __LINE__, "network --device=ens3 --noipv4 --dhcpclass=x",
	  "ks:1: network --dhcpclass: needs --bootproto=dhcp" },
	{ __LINE__, "network --device=ens3 --vlanid=5 --bindto=mac",
	  "ks:1: network --bindto: does not belong to a VLAN, which has the MAC address of the "
	  "device below" },
	{ __LINE__, "network --device=ens3 --macaddr=01:00:5e:00:00:01",
	  "ks:1: network --macaddr: 01:00:5e:00:00:01 is no address of one device: expected an "
	  "even first byte such as 52:54:00:12:34:56" },
	{ __LINE__, "network --device=ens3 --macaddr=00:00:00:00:00:00",
	  "ks:1: network --macaddr: 00:00:00:00:00:00 is no address of one device: expected an "
	  "even first byte such as 52:54:00:12:34:56" },
	{ __LINE__, "network --device=ens3 --ethtool=\"speed 1000\"",
	  "ks:1: network --ethtool: refused: a NIC keeps what its driver negotiates: expected it "
	  "to be left out" },
	{ __LINE__, "network --device=ens3 --no-activate",
	  "ks:1: network --no-activate: refused: there is no installer: expected --onboot=no for "
	  "a device that stays down" },
	{ __LINE__, "network --device=team0 --teamslaves=ens3",
	  "ks:1: network --teamslaves: refused: the image has no team driver: expected a bond, "
	  "--bondslaves" },
	{ __LINE__, "network --device=wlan0 --essid=x --wepkey=y",
	  "ks:1: network --essid: refused: the image has no wireless drivers: expected a wired "
	  "network\n"
	  "ks:1: network --wepkey: refused: the image has no wireless drivers: expected a wired "
	  "network" },
	{ __LINE__, "network --device=ens3 --bootproto=ibft",
	  "ks:1: network --bootproto: \"ibft\" is not valid: expected one of dhcp, static, bootp" },
	{ __LINE__, "network --device=ens3 --mtu=100",
	  "ks:1: network --mtu: \"100\" is not valid: expected a whole number from 576 to 65535" },
	{ __LINE__, "network --device=ens3 --vlanid=0",
	  "ks:1: network --vlanid: \"0\" is not valid: expected a whole number from 1 to 4094" },
	{ __LINE__, "network --device=ens3 --vlanid=4095",
	  "ks:1: network --vlanid: \"4095\" is not valid: expected a whole number from 1 to 4094" },
	/* Ports. */
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3,ens3",
	  "ks:1: network --bridgeslaves: \"ens3\" is there twice: expected every value once" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=bond0 --bondslaves=ens3,ens4 --noipv4 --noipv6",
	  "ks:2: network --bondslaves: \"ens3\" is a port already, of \"br0\" (ks:1): expected "
	  "it in one bond or bridge" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --route=198.51.100.0/24:192.0.2.1",
	  "ks:2: network: \"ens3\" is a port of \"br0\" (ks:1) and can have no address: "
	  "addresses belong to \"br0\"" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --ipv6=2001:db8::5/64",
	  "ks:2: network: \"ens3\" is a port of \"br0\" (ks:1) and can have no address: "
	  "addresses belong to \"br0\"" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4\n"
		  "network --device=ens4 --onboot=no",
	  "ks:2: network --onboot: \"ens4\" is a port of \"bond0\" (ks:1), which needs it: "
	  "expected yes" },
	{ __LINE__, "network --device=bond0 --bondslaves=br0\n"
		  "network --device=br0 --bridgeslaves=ens3",
	  "ks:1: network --bondslaves: \"br0\" is a bridge (ks:2): expected NICs" },
	{ __LINE__, "network --device=ens3 --vlanid=5\n"
		  "network --device=bond0 --bondslaves=ens3.5,ens4",
	  "network --device=ens3 --vlanid=5\n"
	  "network --device=bond0 --bondslaves=ens3.5,ens4" },
	/* Loops. */
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3,v5\n"
		  "network --device=br0 --vlanid=5 --interfacename=v5 --noipv4 --noipv6",
	  "ks:1: network --device: \"br0\" is made of devices that are made of it\n"
	  "ks:2: network --device: \"v5\" is made of devices that are made of it" },
	{ __LINE__, "network --device=v6 --vlanid=5 --interfacename=v5\n"
		  "network --device=v5 --vlanid=6 --interfacename=v6",
	  "ks:1: network --device: \"v5\" is made of devices that are made of it\n"
	  "ks:2: network --device: \"v6\" is made of devices that are made of it" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,v5\n"
		  "network --device=bond0 --vlanid=5 --interfacename=v5",
	  "ks:1: network --device: \"bond0\" is made of devices that are made of it\n"
	  "ks:2: network --device: \"v5\" is made of devices that are made of it" },
	/* VLANs. */
	{ __LINE__, "network --device=ens3 --vlanid=5\n"
		  "network --device=ens3 --vlanid=5 --interfacename=vlan5",
	  "ks:2: network --vlanid: \"ens3\" has VLAN 5 already: \"ens3.5\" (ks:1)" },
	{ __LINE__, "network --device=ens3 --vlanid=5\n"
		  "network --device=ens4 --vlanid=5",
	  "network --device=ens3 --vlanid=5\n"
	  "network --device=ens4 --vlanid=5" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4\n"
		  "network --device=ens3 --vlanid=5",
	  "ks:2: network --device: \"ens3\" is a port of \"bond0\" (ks:1): expected the VLAN on "
	  "\"bond0\"" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=br0 --vlanid=5 --bootproto=dhcp",
	  "network --device=br0 --bridgeslaves=ens3\n"
	  "network --device=br0 --bootproto=dhcp --vlanid=5" },
	{ __LINE__, "network --device=ens3 --vlanid=5 --interfacename=q5 --noipv4 --noipv6\n"
		  "network --device=q5 --vlanid=6 --interfacename=q5q6",
	  "network --device=ens3 --interfacename=q5 --vlanid=5 --noipv4 --noipv6\n"
	  "network --device=q5 --interfacename=q5q6 --vlanid=6" },
	/* VLANs of bridges' ports. */
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 "
		  "--bridgeopts=vlan_filtering=yes,vlan_default_pvid=0\n"
		  "network --device=ens3 --bridge-vids=10-19,30 --bridge-pvid=5",
	  "network --device=br0 --bridgeslaves=ens3 "
	  "--bridgeopts=vlan_filtering=yes,vlan_default_pvid=0\n"
	  "network --device=ens3 --bridge-vids=10-19,30 --bridge-pvid=5" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes "
		  "--bridge-vids=10-19",
	  "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes "
	  "--bridge-vids=10-19" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=ens3 --bridge-access=10",
	  "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
	  "network --device=ens3 --bridge-access=10" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --bridge-access=10",
	  "ks:2: network --bridge-access: needs --bridgeopts=vlan-filtering=yes of \"br0\" (ks:1)" },
	{ __LINE__, "network --device=ens3 --bridge-vids=10",
	  "ks:1: network --bridge-vids: \"ens3\" is no port of a bridge: expected it among some "
	  "--bridgeslaves" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3\n"
		  "network --device=ens3 --bridge-vids=10",
	  "ks:2: network --bridge-vids: \"ens3\" is no port of a bridge: expected it among some "
	  "--bridgeslaves" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes "
		  "--bridge-pvid=10",
	  "ks:1: network --bridge-pvid: belongs to a port: expected "
	  "--bridgeopts=vlan-default-pvid=ID for all of them" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=ens3 --bridge-access=10 --bridge-vids=11",
	  "ks:2: network --bridge-access: contradicts --bridge-vids: expected one of the two" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=ens3 --bridge-vids=19-10",
	  "ks:2: network --bridge-vids: \"19-10\" is not valid: expected a VLAN id from 1 to "
	  "4094 or a range such as 10-19, or several separated by \",\"" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=ens3 --bridge-vids=0-10",
	  "ks:2: network --bridge-vids: \"0-10\" is not valid: expected a VLAN id from 1 to 4094 "
	  "or a range such as 10-19, or several separated by \",\"" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=ens3 --bridge-vids=10-20\n"
		  "network --device=ens3 --vlanid=15",
	  "ks:3: network --vlanid: \"ens3.15\" takes VLAN 15 of \"ens3\" away from the bridge "
	  "\"br0\" (ks:1), which is to carry it (--bridge-vids): expected one of the two" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes "
		  "--bridge-vids=10-20\n"
		  "network --device=ens3 --vlanid=15",
	  "ks:2: network --vlanid: \"ens3.15\" takes VLAN 15 of \"ens3\" away from the bridge "
	  "\"br0\" (ks:1), which is to carry it (--bridge-vids): expected one of the two" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-filtering=yes\n"
		  "network --device=br0 --vlanid=1",
	  "ks:2: network --vlanid: VLAN 1 is untagged on \"br0\" (ks:1): expected the address on "
	  "\"br0\", or another vlan-default-pvid" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=vlan-default-pvid=5",
	  "ks:1: network --bridgeopts: vlan-default-pvid needs vlan-filtering=yes" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=forward-delay=1",
	  "ks:1: network --bridgeopts: forward-delay=1 is not valid: expected a number from 2 to "
	  "30" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 "
		  "--bridgeopts=forward-delay=4,forward_delay=5",
	  "ks:1: network --bridgeopts: \"forward_delay\" is there twice" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --bridgeopts=ageing-tme=5",
	  "ks:1: network --bridgeopts: unknown key \"ageing-tme\": did you mean ageing-time?" },
	/* MTUs. */
	{ __LINE__, "network --device=ens3 --mtu=1500\n"
		  "network --device=ens3 --vlanid=5 --mtu=9000",
	  "ks:2: network --mtu: 9000 is above 1500, the MTU of \"ens3\" below (ks:1): expected "
	  "at most that" },
	{ __LINE__, "network --device=ens3 --vlanid=5 --mtu=9000",
	  "ks:1: network --mtu: 9000 is above 1500, the MTU of \"ens3\" below (no --mtu): "
	  "expected at most that" },
	{ __LINE__, "network --device=ens3 --mtu=9000\n"
		  "network --device=ens3 --vlanid=5 --mtu=1500",
	  "network --device=ens3 --mtu=9000\n"
	  "network --device=ens3 --mtu=1500 --vlanid=5" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3,ens4 --mtu=9000\n"
		  "network --device=ens3 --mtu=9000",
	  "ks:1: network --mtu: 9000 is above 1500, the MTU of \"ens4\" below (no --mtu): "
	  "expected at most that" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --mtu=9000\n"
		  "network --device=br0 --bridgeslaves=bond0 --mtu=9000\n"
		  "network --device=bond0 --vlanid=5 --mtu=9000",
	  "network --device=bond0 --mtu=9000 --bondslaves=ens3,ens4\n"
	  "network --device=br0 --mtu=9000 --bridgeslaves=bond0\n"
	  "network --device=bond0 --mtu=9000 --vlanid=5" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4\n"
		  "network --device=ens3 --mtu=9000",
	  "ks:2: network --mtu: 9000 is not 1500, the MTU of \"bond0\" (no --mtu), which its "
	  "ports get: expected it there" },
	{ __LINE__, "network --device=ens3 --mtu=1279",
	  "ks:1: network --mtu: 1279 is too small for IPv6: expected 1280 or more, or --noipv6" },
	{ __LINE__, "network --device=ens3 --mtu=1279 --noipv6",
	  "network --device=ens3 --mtu=1279 --noipv6" },
	{ __LINE__, "network --device=br0 --bridgeslaves=ens3\n"
		  "network --device=ens3 --mtu=1000",
	  "ks:1: network --mtu: 1000 is too small for IPv6: expected 1280 or more, or --noipv6" },
};

static void test_rows(void **state)
{
	(void)state;
	expect_text_rows(rows, host_kickstart_text);
}

static void test_normal_form_is_stable(void **state)
{
	(void)state;
	expect_stable_rows(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_normal_form_is_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
