// SPDX-License-Identifier: MIT
/*
 * DHCP leases as udhcpc tells them, and as a hostile server may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/lease.h"

static const struct {
	unsigned line;
	const char *text;
	const char *expected;   /* "address; routes; resolv.conf"; NULL: refused */
} cases[] = {
	{ __LINE__, "ip=192.0.2.7\nmask=24\nrouter=192.0.2.1 192.0.2.2\ndns=192.0.2.53\ndomain=example.test\n",
	  "192.0.2.7/24; 0.0.0.0/0 192.0.2.1; nameserver 192.0.2.53|search example.test|" },
	{ __LINE__, "ip=192.0.2.7\nmask=32\n", "192.0.2.7/32; ; " },
	/* RFC 3442: routes with destinations, and the router option does not count */
	{ __LINE__, "ip=192.0.2.7\nmask=24\nrouter=192.0.2.1\nstaticroutes=0.0.0.0/0 192.0.2.9 10.0.0.0/8 192.0.2.8\n",
	  "192.0.2.7/24; 0.0.0.0/0 192.0.2.9,10.0.0.0/8 192.0.2.8; " },
	{ __LINE__, "ip=192.0.2.7\nmask=24\nstaticroutes=10.0.0.0/33 192.0.2.8 x/8 192.0.2.8 10.0.0.0/8 x 10.0.0.0/8\n",
	  "192.0.2.7/24; ; " },
	{ __LINE__, "ip=192.0.2.7\nmask=24\ndns=192.0.2.1 x 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4\nsearch=a.test b.test\ndomain=c.test\n",
	  "192.0.2.7/24; ; nameserver 192.0.2.1|nameserver 192.0.2.2|nameserver 192.0.2.3|search a.test b.test|" },
	{ __LINE__, "ip=192.0.2.7\nmask=24\ndomain=a;reboot\nrouter=$(reboot)\n", "192.0.2.7/24; ; " },
	{ __LINE__, "", NULL },
	{ __LINE__, "ip=192.0.2.7\n", NULL },
	{ __LINE__, "mask=24\n", NULL },
	{ __LINE__, "ip=192.0.2.7\nmask=33\n", NULL },
	{ __LINE__, "ip=192.0.2\nmask=24\n", NULL },
	{ __LINE__, "ip=2001:db8::1\nmask=24\n", NULL },
	{ __LINE__, "myip=192.0.2.7\nmask=24\n", NULL },
};

static char *lease_text(const struct lease *lease)
{
	autofree char *resolv_conf = lease_resolv_conf(lease), *routes_text = NULL;
	autostrv char **routes = NULL;

	for (size_t i = 0; i < lease->routes_count; i++)
		strv_pushf(&routes, "%s %s", lease->routes[i].to, lease->routes[i].gateway);
	routes_text = routes ? strv_join(routes, ",") : xstrdup("");
	for (char *p = resolv_conf; *p; p++)
		if (*p == '\n')
			*p = '|';
	return xasprintf("%s; %s; %s", lease->address, routes_text, resolv_conf);
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		autolease struct lease lease = { 0 };
		int r = lease_read(cases[i].text, &lease, &problems);
		autofree char *text = r == 0 ? lease_text(&lease) : NULL;

		if (!streq_null(text, cases[i].expected) || (r < 0) != (problems_count(&problems) > 0))
			fail_msg("line %u: got %s", cases[i].line, text ? text : "nothing");
	}
}

static void test_routes_are_bounded(void **state)
{
	autolease struct lease lease = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		lease_add_route(&lease, "10.0.0.0/8", "192.0.2.1");
	assert_int_equal(lease.routes_count, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_read),
		cmocka_unit_test(test_routes_are_bounded) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
