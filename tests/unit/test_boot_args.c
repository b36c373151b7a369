// SPDX-License-Identifier: MIT
/*
 * The kernel command line as roost-root reads it: the source of the layers, and which NIC is used to
 * fetch them. BOOTIF in the forms of pxelinux, iPXE and GRUB.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/boot_network.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	unsigned line;
	const char *text;
	const char *expected;   /* "label timeout [url...] manifest shell", or the problem */
} args_cases[] = {
	{ __LINE__, "", "ROOST -1 [] - no" },
	{ __LINE__, "root=roost roost.label=SITE roost.timeout=90 rd.shell", "SITE 90 [] - yes" },
	{ __LINE__, "rd.shell=0", "ROOST -1 [] - no" },
	{ __LINE__, "rd.shell=1", "ROOST -1 [] - yes" },
	{ __LINE__, "roost.url=http://a/roost roost.url=https://b:8443/boot roost.manifest=" HEX,
	  "ROOST -1 [http://a/roost https://b:8443/boot] " HEX " no" },
	{ __LINE__, "roost.url=ftp://a/", "roost.url=ftp://a/: expected a URL that begins with http" },
	{ __LINE__, "roost.url=", "roost.url=: expected a URL" },
	{ __LINE__, "roost.manifest=abc", "roost.manifest=abc: expected the SHA-256" },
	{ __LINE__, "roost.timeout=soon", "roost.timeout=soon: expected 0 to" },
	{ __LINE__, "roost.timeout=-1", "roost.timeout=-1: expected 0 to" },
	{ __LINE__, "roost.label=", "roost.label=: expected 1 to" },
	{ __LINE__, "rd.shell=maybe", "rd.shell=maybe: expected yes or no" },
	/* the network's problems are tools/host's */
	{ __LINE__, "ip=nonsense", "kernel command line: ip=nonsense: " },
};

static char *args_text(const struct boot_args *args)
{
	autofree char *urls = args->urls ? strv_join(args->urls, " ") : xstrdup("");

	return xasprintf("%s %d [%s] %s %s", args->label, args->timeout_s, urls,
			 args->manifest ? args->manifest : "-", args->has_shell ? "yes" : "no");
}

static void test_args(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(args_cases); i++) {
		autoproblems struct problems problems = { 0 };
		struct boot_args args;
		int r = boot_args_read(args_cases[i].text, &args, &problems);
		autofree char *text = r < 0 ? problems_text(&problems) : args_text(&args);

		if (strncmp(text, args_cases[i].expected, strlen(args_cases[i].expected)) != 0)
			fail_msg("line %u: got %s", args_cases[i].line, text);
		boot_args_done(&args);
	}
}

/* What is wrong is left out; the rest counts, so that the host comes up as far as it can. */
static void test_one_bad_argument(void **state)
{
	struct boot_args args;

	(void)state;
	assert_int_equal(boot_args_read("roost.url=x roost.url=http://a/ ip=nonsense "
					"BOOTIF=52:54:00:00:00:01", &args, NULL), -1);
	assert_int_equal(strv_len(args.urls), 1);
	assert_string_equal(args.boot.bootif, "52:54:00:00:00:01");
	assert_int_equal(args.host.networks_count, 0);
	boot_args_done(&args);
}

static const struct {
	unsigned line;
	const char *text;
	const char *expected;   /* "nic vlan mtu addresses" */
} plan_cases[] = {
	{ __LINE__, "", "any 0 0 default" },
	{ __LINE__, "BOOTIF=01-52-54-00-AA-BB-CC", "52:54:00:aa:bb:cc 0 0 default" },
	{ __LINE__, "BOOTIF=01:52:54:00:aa:bb:cc", "52:54:00:aa:bb:cc 0 0 default" },
	{ __LINE__, "BOOTIF=52:54:00:aa:bb:cc", "52:54:00:aa:bb:cc 0 0 default" },
	{ __LINE__, "BOOTIF=01-52-54-00-aa-bb-cc rd.bootif=0", "any 0 0 default" },
	{ __LINE__, "ip=dhcp", "any 0 0 dhcp" },
	{ __LINE__, "ip=dhcp BOOTIF=01-52-54-00-aa-bb-cc", "52:54:00:aa:bb:cc 0 0 dhcp" },
	/* an address belongs to its device, whatever the firmware booted from */
	{ __LINE__, "ip=192.0.2.5::192.0.2.1:24::ens4:none BOOTIF=01-52-54-00-aa-bb-cc",
	  "ens4 0 0 192.0.2.5/24" },
	{ __LINE__, "ip=ens3:dhcp:1400", "ens3 0 1400 dhcp" },
	{ __LINE__, "ifname=uplink:52:54:00:00:00:07 ip=uplink:dhcp", "52:54:00:00:00:07 0 0 dhcp" },
	{ __LINE__, "vlan=vlan5:ens3", "ens3 5 0 dhcp" },
	{ __LINE__, "bond=bond0:ens3,ens4:mode=802.3ad bridge=br0:bond0 ip=br0:dhcp", "ens3 0 0 dhcp" },
	{ __LINE__, "bond=bond0:ens3,ens4 vlan=bond0.7:bond0 bridge=br0:bond0.7 ip=br0:dhcp",
	  "ens3 7 0 dhcp" },
	{ __LINE__, "ip=auto6", "any 0 0 no-ipv4" },
};

static char *plan_text(const struct boot_plan *plan)
{
	const struct host_network *n = plan->network;
	const char *addresses = !n ? "default" : n->noipv4 ? "no-ipv4" : n->ip ? n->ip : "dhcp";

	return xasprintf("%s %d %d %s%s", plan->nic ? plan->nic : "any", plan->vlanid, plan->mtu,
			 addresses, n && n->ip ? "/24" : "");
}

static void test_plan(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plan_cases); i++) {
		struct boot_plan plan;
		struct boot_args args;
		autofree char *text = NULL;

		assert_int_equal(boot_args_read(plan_cases[i].text, &args, NULL), 0);
		boot_plan_make(&args, &plan);
		text = plan_text(&plan);
		if (!streq(text, plan_cases[i].expected))
			fail_msg("line %u: got %s", plan_cases[i].line, text);
		boot_args_done(&args);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_args),
		cmocka_unit_test(test_one_bad_argument), cmocka_unit_test(test_plan) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
