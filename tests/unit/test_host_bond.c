// SPDX-License-Identifier: MIT
/*
 * Options of bonds: against the kernel's list and against the mode, every message verbatim. PAINS 2 (a
 * bond that never looks at its links).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/write.h"
#include "tests/host_text.h"

/* The text, and its normal form or the problems. */
static const struct text_row rows[] = {
	/* Bond options and modes. */
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,primary=ens4,miimon=50,updelay=100",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=active-backup,primary=ens4,miimon=50,updelay=100" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=4,lacp_rate=1,min_links=1,ad_select=count,"
		  "ad_actor_system=52:54:00:00:00:01",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=4,lacp_rate=1,min_links=1,ad_select=count,ad_actor_system=52:54:00:00:"
	  "00:01" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-rr,packets_per_slave=2",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=balance-rr,packets_per_slave=2" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-xor,xmit_hash_policy=layer2+3",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=balance-xor,xmit_hash_policy=layer2+3" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=broadcast,all_slaves_active=1",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=broadcast,all_slaves_active=1" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-tlb,tlb_dynamic_lb=0,lp_interval=2",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=balance-tlb,tlb_dynamic_lb=0,lp_interval=2" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-alb,primary=ens3,primary_reselect=better",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=balance-alb,primary=ens3,primary_reselect=better" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup;arp_interval=1000;arp_ip_target=192.0.2.1,"
		  "192.0.2.2;arp_validate=all",
	  "network --device=bond0 --bondslaves=ens3,ens4 "
	  "--bondopts=mode=active-backup;arp_interval=1000;arp_ip_target=192.0.2.1,192.0.2.2;arp_"
	  "validate=all" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=lacp_rate=fast",
	  "ks:1: network --bondopts: lacp_rate does not belong to mode=balance-rr: expected it "
	  "with 802.3ad only" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=802.3ad,primary=ens3",
	  "ks:1: network --bondopts: primary does not belong to mode=802.3ad: expected it with "
	  "active-backup, balance-tlb, balance-alb only" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-rr,xmit_hash_policy=layer2",
	  "ks:1: network --bondopts: xmit_hash_policy does not belong to mode=balance-rr: "
	  "expected it with balance-xor, 802.3ad, balance-tlb only" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=802.3ad,arp_interval=1000,arp_ip_target=192.0.2.1",
	  "ks:1: network --bondopts: arp_interval does not belong to mode=802.3ad: expected it "
	  "with balance-rr, active-backup, balance-xor, broadcast only\n"
	  "ks:1: network --bondopts: arp_ip_target does not belong to mode=802.3ad: expected it "
	  "with balance-rr, active-backup, balance-xor, broadcast only" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=balance-alb,arp_validate=all,packets_per_slave=1",
	  "ks:1: network --bondopts: arp_validate does not belong to mode=balance-alb: expected "
	  "it with balance-rr, active-backup, balance-xor, broadcast only\n"
	  "ks:1: network --bondopts: packets_per_slave does not belong to mode=balance-alb: "
	  "expected it with balance-rr only\n"
	  "ks:1: network --bondopts: arp_validate needs arp_interval: expected arp_interval=1000" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,miimon=0",
	  "ks:1: network --bondopts: miimon=0 never notices a dead link: expected miimon=100, or "
	  "arp_interval and arp_ip_target" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=miimon=0,arp_interval=0",
	  "ks:1: network --bondopts: miimon=0 never notices a dead link: expected miimon=100, or "
	  "arp_interval and arp_ip_target" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,miimon=100,arp_interval=100,"
		  "arp_ip_target=192.0.2.1",
	  "ks:1: network --bondopts: miimon and arp_interval exclude each other: expected one of "
	  "the two" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,arp_interval=100",
	  "ks:1: network --bondopts: arp_interval needs arp_ip_target: expected the addresses "
	  "that are asked" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,arp_ip_target=192.0.2.1",
	  "ks:1: network --bondopts: arp_ip_target needs arp_interval: expected arp_interval=1000" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,arp_validate=all",
	  "ks:1: network --bondopts: arp_validate needs arp_interval: expected arp_interval=1000" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup;arp_interval=1000;arp_ip_target=192.0.2.1;"
		  "updelay=200",
	  "ks:1: network --bondopts: updelay needs miimon: expected miimon=100" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,arp_interval=100,arp_ip_target=2001:db8::1",
	  "ks:1: network --bondopts: arp_ip_target=2001:db8::1 is not valid: expected IPv4 "
	  "addresses, 16 at most" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=mode=7",
	  "ks:1: network --bondopts: mode=7 is not valid: expected one of balance-rr, "
	  "active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=miimon=-1",
	  "ks:1: network --bondopts: miimon=-1 is not valid: expected a number from 0 to 60000" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=active_slave=ens3",
	  "ks:1: network --bondopts: active_slave is refused: it is for a bond that runs already" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=lacp_active=on",
	  "ks:1: network --bondopts: lacp_active is refused: systemd-networkd has no word for it" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=xmit_hash=layer2",
	  "ks:1: network --bondopts: unknown key \"xmit_hash\": did you mean xmit_hash_policy?" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=802.3ad,xmit_hash_policy=vlan+srcmac",
	  "ks:1: network --bondopts: xmit_hash_policy=vlan+srcmac is not valid: expected one of "
	  "layer2, layer3+4, layer2+3, encap2+3, encap3+4" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=use_carrier=0",
	  "ks:1: network --bondopts: use_carrier=0 is not valid: expected 1" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=use_carrier=1",
	  "network --device=bond0 --bondslaves=ens3,ens4 --bondopts=use_carrier=1" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=mode=active-backup,primary=bootif",
	  "ks:1: network --bondopts: primary=bootif is not valid: expected one of --bondslaves" },
	{ __LINE__, "network --device=bond0 --bondslaves=ens3,ens4 "
		  "--bondopts=lacp-rate=fast,mode=802.3ad,lacp_rate=slow",
	  "ks:1: network --bondopts: \"lacp_rate\" is there twice" },
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

/* --bondopts before and after, and whether the bond has to be made anew. */
static const struct {
	int line;
	const char *before, *after;
	bool needs_new;
} changes[] = {
	{ __LINE__, "mode=802.3ad", "mode=802.3ad", false },
	{ __LINE__, "mode=802.3ad", "mode=active-backup", true },
	{ __LINE__, "mode=802.3ad", "mode=802.3ad,lacp_rate=fast", true },
	{ __LINE__, "mode=802.3ad,lacp_rate=fast", "mode=802.3ad,lacp_rate=slow", true },
	{ __LINE__, "mode=802.3ad,lacp_rate=fast", "mode=802.3ad", true },
	{ __LINE__, "mode=802.3ad", "mode=802.3ad,ad_select=count", true },
	{ __LINE__, "mode=802.3ad", "mode=802.3ad,ad_user_port_key=5", true },
	{ __LINE__, "mode=active-backup", "mode=active-backup,fail_over_mac=active", true },
	{ __LINE__, "mode=balance-tlb", "mode=balance-tlb,tlb_dynamic_lb=0", true },
	/* these change while it is there */
	{ __LINE__, "mode=802.3ad", "mode=802.3ad,miimon=50", false },
	{ __LINE__, "mode=802.3ad", "mode=802.3ad,xmit_hash_policy=layer3+4", false },
	{ __LINE__, "mode=802.3ad,min_links=1", "mode=802.3ad,min_links=2", false },
	/* but none goes back to what it is when nobody says */
	{ __LINE__, "mode=802.3ad,min_links=1", "mode=802.3ad", true },
	{ __LINE__, "mode=802.3ad,xmit_hash_policy=layer3+4", "mode=802.3ad", true },
	{ __LINE__, "mode=active-backup;arp_interval=1000;arp_ip_target=192.0.2.1", "mode=active-backup", true },
};

/* The bond's .netdev. Owned by the caller. */
static char *netdev_of(const char *bondopts)
{
	autofree char *text = xasprintf("network --device=bond0 --bondslaves=ens3,ens4 --bondopts=%s\n", bondopts);
	struct host_machine machine = { .nics = (const struct host_nic[]){ { .name = "ens3", .mac = "52:54:00:00:00:03" },
									   { .name = "ens4", .mac = "52:54:00:00:00:04" } },
					.nics_count = 2 };
	autoproblems struct problems problems = { 0 };
	autounits struct host_units units = { 0 };
	autohost struct host host = { 0 };

	assert_int_equal(host_read_kickstart(text, strlen(text), "ks", &host, &problems), 0);
	assert_int_equal(host_write_networkd(&host, &machine, &units, NULL, &problems), 0);
	for (size_t i = 0; i < units.count; i++)
		if (str_ends(units.items[i].name, "bond0.netdev"))
			return xstrdup(units.items[i].text);
	fail_msg("there is no bond0.netdev");
	return NULL;
}

static void test_what_needs_a_new_bond(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		autofree char *before = netdev_of(changes[i].before), *after = netdev_of(changes[i].after);

		if (host_netdev_needs_new(before, after) != changes[i].needs_new)
			fail_msg("line %d: expected %d", changes[i].line, changes[i].needs_new);
	}
	assert_false(host_netdev_needs_new("[NetDev]\nKind=bridge\n\n[Bridge]\nSTP=yes\n",
					   "[NetDev]\nKind=bridge\n\n[Bridge]\nSTP=no\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_needs_a_new_bond),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_normal_form_is_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
