// SPDX-License-Identifier: MIT
/*
 * The model of the network, addresses: static ones, gateways and routes, each by itself and with all
 * others; every message verbatim. PAINS 10 (nothing that bricks a host is accepted).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/prefix.h"
#include "tests/host_text.h"

/* The text, and its normal form or the problems. */
static const struct text_row rows[] = {
	/* Addresses. */
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.0 --netmask=24",
	  "ks:1: network --ip: 192.0.2.0/24 is the address of the network itself: expected the "
	  "address of a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.255 --netmask=24",
	  "ks:1: network --ip: 192.0.2.255/24 is the broadcast address of its network: expected "
	  "the address of a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.0 --netmask=31",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.0 --netmask=255.255.255.254" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=127.0.0.2 --netmask=8",
	  "ks:1: network --ip: 127.0.0.2/8 is a loopback address: expected the address of a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=224.0.0.5 --netmask=24",
	  "ks:1: network --ip: 224.0.0.5/24 is a multicast address: expected the address of a "
	  "host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=0.0.0.0 --netmask=8",
	  "ks:1: network --ip: 0.0.0.0/8 is no host's address: expected the address of a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=255.255.255.255 --netmask=32",
	  "ks:1: network --ip: 255.255.255.255/32 is a reserved address: expected the address of "
	  "a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=255.0.255.0",
	  "ks:1: network --netmask: \"255.0.255.0\" is not valid: expected a netmask such as "
	  "255.255.255.0 or 24" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=0.0.0.0",
	  "ks:1: network --netmask: \"0.0.0.0\" is not valid: expected a netmask such as "
	  "255.255.255.0 or 24" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.256 --netmask=24",
	  "ks:1: network --ip: \"192.0.2.256\" is not valid: expected an IPv4 address such as "
	  "192.0.2.10" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::/64",
	  "ks:1: network --ipv6: 2001:db8::/64 is the address of the network's routers: expected "
	  "the address of a host" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::/127",
	  "network --device=ens3 --ipv6=2001:db8::/127" },
	{ __LINE__, "network --device=ens3 --ipv6=ff02::5/64",
	  "ks:1: network --ipv6: ff02::5/64 is a multicast address: expected the address of a "
	  "host" },
	{ __LINE__, "network --device=ens3 --ipv6=::1/128",
	  "ks:1: network --ipv6: ::1/128 is the loopback address: expected the address of a host" },
	{ __LINE__, "network --device=ens3 --ipv6=::ffff:192.0.2.5/96",
	  "ks:1: network --ipv6: ::ffff:192.0.2.5/96 is an IPv4 address written as IPv6: "
	  "expected the address of a host" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/129",
	  "ks:1: network --ipv6: \"2001:db8::5/129\" is not valid: expected auto, dhcp, link, or "
	  "an address such as 2001:db8::10/64" },
	{ __LINE__, "network --device=ens3 --ipv6=fe80::5",
	  "network --device=ens3 --ipv6=fe80::5/64" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24\n"
		  "network --device=ens4 --bootproto=static --ip=192.0.2.5 --netmask=24",
	  "ks:2: network --ip: 192.0.2.5/24 is the address of \"ens3\" too (ks:1): expected "
	  "another one" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24\n"
		  "network --device=ens4 --bootproto=static --ip=192.0.2.130 --netmask=25",
	  "ks:2: network --ip: the network of 192.0.2.130/25 overlaps that of \"ens3\" (ks:1): "
	  "expected a network for each device" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=25\n"
		  "network --device=ens4 --bootproto=static --ip=192.0.2.130 --netmask=25",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=255.255.255.128\n"
	  "network --device=ens4 --bootproto=static --ip=192.0.2.130 --netmask=255.255.255.128" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24\n"
		  "network --device=ens4 --bootproto=static --ip=192.0.2.6 --netmask=32",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=255.255.255.0\n"
	  "network --device=ens4 --bootproto=static --ip=192.0.2.6 --netmask=255.255.255.255" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/64\n"
		  "network --device=ens4 --ipv6=2001:db8::5/64",
	  "ks:2: network --ipv6: 2001:db8::5/64 is the address of \"ens3\" too (ks:1): expected "
	  "another one" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/48\n"
		  "network --device=ens4 --ipv6=2001:db8:0:1::5/64",
	  "ks:2: network --ipv6: the network of 2001:db8:0:1::5/64 overlaps that of \"ens3\" "
	  "(ks:1): expected a network for each device" },
	{ __LINE__, "network --device=ens3 --ipv6=fe80::5\n"
		  "network --device=ens4 --ipv6=fe80::5",
	  "network --device=ens3 --ipv6=fe80::5/64\n"
	  "network --device=ens4 --ipv6=fe80::5/64" },
	/* Gateways and routes. */
	{ __LINE__, "network --device=ens3 --gateway=192.0.2.1",
	  "ks:1: network --gateway: needs --bootproto=static" },
	{ __LINE__, "network --device=ens3 --bootproto=static --gateway=192.0.2.1",
	  "ks:1: network --ip: missing: --bootproto=static needs --ip and --netmask\n"
	  "ks:1: network --netmask: missing: --bootproto=static needs --ip and --netmask" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.3.1",
	  "ks:1: network --gateway: 192.0.3.1 is outside the network of 192.0.2.5/24" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.2.5",
	  "ks:1: network --gateway: 192.0.2.5 is the device's own address: expected another "
	  "host's" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.2.255",
	  "ks:1: network --gateway: 192.0.2.255 is the broadcast address of its network: "
	  "expected the address of a host" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=32 "
		  "--gateway=198.51.100.1",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=255.255.255.255 "
	  "--gateway=198.51.100.1" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=2001:db8:1::1",
	  "ks:1: network --ipv6gateway: 2001:db8:1::1 is outside the network of 2001:db8::5/64" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=fe80::1",
	  "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=fe80::1" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=2001:db8::",
	  "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=2001:db8::" },
	{ __LINE__, "network --device=ens3 --ipv6=2001:db8::5/64 --ipv6gateway=ff02::1",
	  "ks:1: network --ipv6gateway: ff02::1 is outside the network of 2001:db8::5/64" },
	{ __LINE__, "network --device=ens3 --ipv6=auto --ipv6gateway=2001:db8::1",
	  "ks:1: network --ipv6gateway: needs an address in --ipv6" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.2.1\n"
		  "network --device=ens4 --bootproto=static --ip=198.51.100.5 --netmask=24 "
		  "--gateway=198.51.100.1",
	  "ks:2: network --gateway: a second default route of IPv4, the first one is at ks:1: "
	  "expected --nodefroute beside one of the two" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--gateway=192.0.2.1\n"
		  "network --device=ens4 --bootproto=static --ip=198.51.100.5 --netmask=24 "
		  "--gateway=198.51.100.1 --nodefroute",
	  "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=255.255.255.0 "
	  "--gateway=192.0.2.1\n"
	  "network --device=ens4 --bootproto=static --ip=198.51.100.5 --netmask=255.255.255.0 "
	  "--gateway=198.51.100.1 --nodefroute" },
	{ __LINE__, "network --device=ens3 --noipv4 --ipv6=2001:db8::5/64 --ipv6gateway=fe80::1\n"
		  "network --device=ens4 --noipv4 --ipv6=2001:db8:1::5/64 --ipv6gateway=fe80::1",
	  "ks:2: network --ipv6gateway: a second default route of IPv6, the first one is at "
	  "ks:1: expected --nodefroute beside one of the two" },
	{ __LINE__, "network --device=ens3 "
		  "--route=198.51.100.7/24:192.0.2.1,203.0.113.0/255.255.255.0: "
		  "--route=[2001:DB8:3::/8]:[fe80::1]",
	  "network --device=ens3 "
	  "--route=198.51.100.0/24:192.0.2.1,203.0.113.0/24:,[2000::/8]:[fe80::1]" },
	{ __LINE__, "network --device=ens3 --route=198.51.100.0/24",
	  "ks:1: network --route: \"198.51.100.0/24\" is not valid: expected a route such as "
	  "198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 in brackets, "
	  "or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --route=0.0.0.0/0:192.0.2.1",
	  "ks:1: network --route: \"0.0.0.0/0:192.0.2.1\" is not valid: expected a route such as "
	  "198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 in brackets, "
	  "or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --route=198.51.100.0/24:[fe80::1]",
	  "ks:1: network --route: \"198.51.100.0/24:[fe80::1]\" is not valid: expected a route "
	  "such as 198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 in "
	  "brackets, or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --route=2001:db8::/32:fe80::1",
	  "ks:1: network --route: \"2001:db8::/32:fe80::1\" is not valid: expected a route such "
	  "as 198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 in "
	  "brackets, or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --route=[2001:db8::/32:[fe80::1]",
	  "ks:1: network --route: \"[2001:db8::/32:[fe80::1]\" is not valid: expected a route "
	  "such as 198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 in "
	  "brackets, or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --route=198.51.100.0/24:192.0.2.1/24",
	  "ks:1: network --route: \"198.51.100.0/24:192.0.2.1/24\" is not valid: expected a "
	  "route such as 198.51.100.0/24:192.0.2.1, or [2001:db8:1::/64]:[2001:db8::1] with IPv6 "
	  "in brackets, or several separated by \",\"" },
	{ __LINE__, "network --device=ens3 --noipv4 --route=198.51.100.0/24:192.0.2.1",
	  "ks:1: network --route: 198.51.100.0/24:192.0.2.1: the device has no address of IPv4: "
	  "expected one" },
	{ __LINE__, "network --device=ens3 --noipv6 --route=[2001:db8::/32]:[fe80::1]",
	  "ks:1: network --route: [2001:db8::/32]:[fe80::1]: the device has no address of IPv6: "
	  "expected one" },
	{ __LINE__, "network --device=ens3 --ipv6=link --route=[2001:db8::/32]:[fe80::1]",
	  "ks:1: network --route: [2001:db8::/32]:[fe80::1]: the device has no address of IPv6: "
	  "expected one" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--route=198.51.100.0/24:192.0.3.1",
	  "ks:1: network --route: 192.0.3.1 is outside the network of 192.0.2.5/24" },
	{ __LINE__, "network --device=ens3 --bootproto=static --ip=192.0.2.5 --netmask=24 "
		  "--route=198.51.100.0/24:192.0.2.5",
	  "ks:1: network --route: 192.0.2.5 is the device's own address: expected another host's" },
	{ __LINE__, "network --device=ens3 --route=198.51.100.0/24:192.0.2.1\n"
		  "network --device=ens4 --route=198.51.100.9/24:192.0.2.2",
	  "ks:2: network --route: 198.51.100.0/24:192.0.2.2: a second route to this network, the "
	  "first one is at ks:1" },
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

/* "NETWORK ADDRESS": how the two relate. */
static char *relation(const char *text)
{
	autostrv char **words = strv_split(text, " ", false);
	struct prefix a, b;
	char **names = NULL;
	char *all;

	assert_true(prefix_read(words[0], &a));
	assert_true(prefix_read(words[1], &b));
	if (prefix_contains(&a, &b))
		strv_push(&names, "contains");
	if (prefix_overlaps(&a, &b))
		strv_push(&names, "overlaps");
	if (prefix_same_address(&a, &b))
		strv_push(&names, "same");
	all = names ? strv_join(names, " ") : xstrdup("");
	strv_free(names);
	return all;
}

static void test_prefixes(void **state)
{
	static const struct text_row relations[] = {
		{ __LINE__, "192.0.2.0/24 192.0.2.5/25", "contains overlaps" },
		{ __LINE__, "192.0.2.5/25 192.0.2.0/24", "contains overlaps" },
		{ __LINE__, "192.0.2.128/25 192.0.2.5/24", "overlaps" },
		{ __LINE__, "192.0.2.128/25 192.0.2.5/25", "" },
		{ __LINE__, "192.0.2.5/24 192.0.2.5", "contains overlaps same" },
		{ __LINE__, "0.0.0.0/0 255.255.255.255", "contains overlaps" },
		{ __LINE__, "10.0.0.0/9 10.127.255.255/32", "contains overlaps" },
		{ __LINE__, "10.0.0.0/9 10.128.0.0/32", "" },
		{ __LINE__, "10.0.0.0/255.255.128.0 10.0.127.1", "contains overlaps" },
		{ __LINE__, "2001:db8::/33 2001:db8:7fff::1", "contains overlaps" },
		{ __LINE__, "2001:db8::/33 2001:db8:8000::1", "" },
		{ __LINE__, "::/0 0.0.0.0/0", "" },
		{ __LINE__, "2001:DB8::5/64 2001:db8:0:0:0::5/128", "contains overlaps same" },
	};
	static const char *const bad[] = { "", "192.0.2.5/33", "192.0.2.5/255.0.255.0", "192.0.2/24",
					   "2001:db8::/129", "2001:db8::/ffff::", "192.0.2.5/", "a" };
	struct prefix prefix = { .length = 7 };

	(void)state;
	expect_text_rows(relations, relation);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_false(prefix_read(bad[i], &prefix));
		assert_int_equal(prefix.length, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_normal_form_is_stable),
		cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
