// SPDX-License-Identifier: MIT
/*
 * The graph of devices on a machine, its bounds, and which network is the host's own. PAINS 4 (a NIC
 * that was renamed is found by its address or path).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/kind.h"
#include "host/network.h"
#include "tests/host_text.h"

/* The management network: network.h has the rules in their order. */
static char *main_name(const char *text)
{
	autohost struct host host = { 0 };
	const struct host_network *network;

	assert_int_equal(host_read_kickstart(text, strlen(text), "ks", &host, NULL), 0);
	network = host_main_network(&host);
	return network ? host_network_name(network) : xstrdup("none");
}

#define STATIC "--bootproto=static --netmask=24 --noipv6"

static void test_main_network(void **state)
{
	static const struct text_row mains[] = {
		{ __LINE__, "timezone UTC", "none" },
		{ __LINE__, "network --device=ens3 --bootproto=dhcp", "ens3" },
		/* ports have no address, whatever their commands' defaults are */
		{ __LINE__, "network --device=ens3 --mtu=9000\n"
			    "network --device=br0 --bridgeslaves=ens3 --bootproto=dhcp", "br0" },
		{ __LINE__, "network --device=br0 --bridgeslaves=ens3 --noipv4 --noipv6\n"
			    "network --device=ens4 --bootproto=dhcp", "ens4" },
		{ __LINE__, "network --device=ens3 --bootproto=dhcp\n"
			    "network --device=ens4 --gateway=192.0.2.1 --ip=192.0.2.5 " STATIC, "ens4" },
		{ __LINE__, "network --device=ens3 --bootproto=dhcp --nodefroute\n"
			    "network --device=ens4 --bootproto=dhcp", "ens4" },
		{ __LINE__, "network --device=ens3 --ip=192.0.2.5 " STATIC "\n"
			    "network --device=ens4 --bootproto=dhcp", "ens4" },
		{ __LINE__, "network --device=ens3 --noipv4 --ipv6=2001:db8::5 --ipv6gateway=fe80::1\n"
			    "network --device=ens4 --gateway=192.0.2.1 --ip=192.0.2.5 " STATIC, "ens4" },
		{ __LINE__, "network --device=ens3 --bootproto=dhcp\n"
			    "network --device=ens4 --noipv4 --ipv6=2001:db8::5 --ipv6gateway=fe80::1",
		  "ens4" },
		{ __LINE__, "network --device=ens3 --noipv4 --noipv6\n"
			    "network --device=ens4 --ip=192.0.2.5 " STATIC, "ens4" },
		{ __LINE__, "network --device=ens3 --noipv4 --noipv6\n"
			    "network --device=br0 --bridgeslaves=ens4 --noipv4 --ipv6=link", "br0" },
		/* the appliance is in the other network */
		{ __LINE__, "appliance --server=198.51.100.1:8443\n"
			    "network --device=ens3 --gateway=192.0.2.1 --ip=192.0.2.5 " STATIC "\n"
			    "network --device=ens4 --ip=198.51.100.5 " STATIC, "ens4" },
		{ __LINE__, "appliance --server=203.0.113.1\n"
			    "network --device=ens3 --gateway=192.0.2.1 --ip=192.0.2.5 " STATIC "\n"
			    "network --device=ens4 --ip=198.51.100.5 " STATIC
			    " --route=203.0.113.0/24:198.51.100.1", "ens4" },
		{ __LINE__, "appliance --server=[2001:db8:1::1]:8443\n"
			    "network --device=ens3 --bootproto=dhcp\n"
			    "network --device=ens4 --noipv4 --ipv6=2001:db8:1::5", "ens4" },
		{ __LINE__, "appliance --server=2001:db8:1::1\n"
			    "network --device=ens3 --bootproto=dhcp\n"
			    "network --device=ens4 --noipv4 --ipv6=2001:db8:1::5", "ens4" },
		{ __LINE__, "appliance --server=roost.example.com:8443\n"
			    "network --device=ens3 --bootproto=dhcp\n"
			    "network --device=ens4 --ip=198.51.100.5 " STATIC, "ens3" },
	};

	(void)state;
	expect_text_rows(mains, main_name);
}

/* More than that is a mistake or an attack: refused soon, whatever the text says. */
static void test_bounds(void **state)
{
	autoproblems struct problems problems = { 0 };
	autohost struct host host = { 0 };
	autostrv char **lines = NULL;
	autofree char *text = NULL;

	(void)state;
	for (int i = 0; i < 10; i++) {
		autostrv char **ports = NULL;
		autofree char *list = NULL;

		for (int p = 0; p < 250; p++)
			strv_pushf(&ports, "p%dx%d", i, p);
		list = strv_join(ports, ",");
		strv_pushf(&lines, "network --device=br%d --bridgeslaves=%s", i, list);
	}
	text = strv_join(lines, "\n");
	assert_int_equal(host_read_kickstart(text, strlen(text), "ks", &host, &problems), -1);
	assert_string_equal(problems.items[0],
			    "ks:9: network: one device too many: expected 2048 at most");
}

/* The same words mean other things on another machine. */
static char *on_machine(const char *text)
{
	static const struct host_nic nics[] = {
		{ (char *)"ens3", (char *)"52:54:00:12:34:56", true, (char *)"pci-0000:00:03.0" },
		{ (char *)"ens4", (char *)"52:54:00:12:34:57", true, (char *)"pci-0000:00:04.0" },
		{ (char *)"ens5", (char *)"52:54:00:12:34:58", true, (char *)"pci-0000:00:05.0" },
		{ (char *)"ens5d1", (char *)"52:54:00:12:34:59", true, (char *)"pci-0000:00:05.0" },
	};
	static const struct host_machine machine = { nics, ARRAY_SIZE(nics), "ens3", "ens3" };
	autoproblems struct problems problems = { 0 }, notes = { 0 };
	autograph struct host_graph graph = { 0 };
	autohost struct host host = { 0 };
	autostrv char **names = NULL;
	int bad;

	assert_int_equal(host_read_kickstart(text, strlen(text), "ks", &host, NULL), 0);
	bad = host_graph_build(&host, &machine, &graph, &notes, &problems);
	bad |= host_graph_check(&graph, &problems);
	if (bad)
		return strv_join(problems.items, "\n");
	for (size_t i = 0; i < graph.count; i++)
		strv_pushf(&names, "%s%s%s", graph.devices[i]->name,
			   graph.devices[i]->above ? " in " : "",
			   graph.devices[i]->above ? graph.devices[i]->above->name : "");
	for (char **note = notes.items; note && *note; note++)
		strv_pushf(&names, "NOTE %s", *note);
	return names ? strv_join(names, "\n") : xstrdup("");
}

static void test_machines(void **state)
{
	static const struct text_row machines[] = {
		{ __LINE__, "network --device=br0 --bridgeslaves=pci-0000:00:03.0,52:54:00:12:34:57",
	  "br0\n"
	  "ens3 in br0\n"
	  "ens4 in br0" },
		{ __LINE__, "network --device=bootif --vlanid=5\n"
			    "network --device=br0 --bridgeslaves=bootif.5",
	  "ens3.5 in br0\n"
	  "br0\n"
	  "ens3" },
		{ __LINE__, "network --device=pci-0000:00:03.0 --vlanid=5",
	  "ens3.5\n"
	  "ens3" },
		{ __LINE__, "network --device=pci-0000:00:06.0\n"
			    "network --device=ens9\nnetwork --device=br0 --bridgeslaves=ens8",
	  "ens9\n"
	  "br0\n"
	  "ens8 in br0\n"
	  "NOTE ks:1: network: pci-0000:00:06.0: this machine has no such NIC\n"
	  "NOTE ks:2: network: ens9: this machine has no such NIC\n"
	  "NOTE ks:3: network: ens8: this machine has no such NIC" },
		{ __LINE__, "network --device=ens3\nnetwork --device=pci-0000:00:03.0",
	  "ks:2: network --device: duplicate device: on this machine \"pci-0000:00:03.0\" is "
	  "\"ens3\" too, which is at ks:1" },
		{ __LINE__, "network --device=br0 --bridgeslaves=bootif,ens3",
	  "ks:1: network --bridgeslaves: \"ens3\" is a port already, of \"br0\" (ks:1): expected "
	  "it in one bond or bridge" },
		{ __LINE__, "network --device=br0 --bridgeslaves=bootif\n"
			    "network --device=bond0 --bondslaves=ens3,ens4",
	  "ks:2: network --bondslaves: \"ens3\" is a port already, of \"br0\" (ks:1): expected "
	  "it in one bond or bridge" },
		{ __LINE__, "network --device=br0 --bridgeslaves=link\n"
			    "network --device=52:54:00:12:34:56 --bootproto=dhcp",
	  "ks:2: network: \"ens3\" is a port of \"br0\" (ks:1) and can have no address: "
	  "addresses belong to \"br0\"" },
		{ __LINE__, "network --device=ens4 --bridgeslaves=ens3",
	  "ks:1: network --device: \"ens4\" is a NIC of this machine: expected another name" },
		{ __LINE__, "network --device=pci-0000:00:05.0",
	  "ks:1: network: pci-0000:00:05.0 is two NICs on this machine, \"ens5\" and \"ens5d1\": "
	  "expected the MAC address of one of them" },
		{ __LINE__, "network --device=ens3 --vlanid=5\n"
			    "network --device=bootif --vlanid=5 --interfacename=vlan5",
	  "ks:2: network --vlanid: \"ens3\" has VLAN 5 already: \"ens3.5\" (ks:1)" },
	};

	(void)state;
	expect_text_rows(machines, on_machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_main_network),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
