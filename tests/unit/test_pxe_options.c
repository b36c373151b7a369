// SPDX-License-Identifier: MIT
/*
 * What roost-pxe lets into the configurations of boot loaders and of dnsmasq: no text breaks out of
 * its line, and no secret gets in (PAINS 13: secrets in an unauthenticated boot payload).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "media/pxe_options.h"

/* One argument besides DIR; "--url=..." */
static const struct {
	unsigned line;
	const char *argument;
	const char *expected; /* in the problem; NULL: accepted */
} cases[] = {
	{ __LINE__, "--url=http://192.0.2.1", NULL },
	{ __LINE__, "--url=http://boot.example.net:8080/a/b-c_d~e/", NULL },
	{ __LINE__, "--url=http://[2001:db8::1]:80/boot", NULL },
	{ __LINE__, "--url=http://a/%20", NULL },
	{ __LINE__, "--url=http://a,http://b", NULL },
	{ __LINE__, "--url=http://a,http://a", "twice" },
	{ __LINE__, "--url=", "--url" },
	{ __LINE__, "--url=http://", "--url" },
	{ __LINE__, "--url=http:///boot", "--url" },
	{ __LINE__, "--url=boot.example.net", "--url" },
	{ __LINE__, "--url=file:///srv", "--url" },
	{ __LINE__, "--url=http://a:0/", "--url" },
	{ __LINE__, "--url=http://a:99999/", "--url" },
	{ __LINE__, "--url=http://2001:db8::1/", "--url" },
	{ __LINE__, "--url=http://user@a/", "--url" },
	{ __LINE__, "--url=http://a/b?c", "--url" },
	{ __LINE__, "--url=http://a/b#c", "--url" },
	{ __LINE__, "--url=http://a/b c", "--url" },
	{ __LINE__, "--url=http://a/$b", "--url" },
	{ __LINE__, "--url=http://a/${b}", "--url" },
	{ __LINE__, "--url=http://a/b;c", "--url" },
	{ __LINE__, "--url=http://a/b\nKERNEL c", "--url" },
	{ __LINE__, "--url=https://a/b", "--fingerprint" },
	{ __LINE__, "--server=192.0.2.1", NULL },
	{ __LINE__, "--server=boot.example.net", "--server" },
	{ __LINE__, "--server=2001:db8::1", "--server" },
	{ __LINE__, "--server=192.0.2.1,x", "--server" },
	{ __LINE__, "--dhcp-range=192.0.2.10,192.0.2.10", NULL },
	{ __LINE__, "--dhcp-range=192.0.2.10", "--dhcp-range" },
	{ __LINE__, "--dhcp-range=192.0.2.10,192.0.2.9", "--dhcp-range" },
	{ __LINE__, "--dhcp-range=192.0.2.10,192.0.2.20,proxy", "--dhcp-range" },
	{ __LINE__, "--dhcp-range=192.0.2.10,192.0.2.20\nuser=root", "--dhcp-range" },
	{ __LINE__, "--interface=eno1", NULL },
	{ __LINE__, "--interface=eno1.100", NULL },
	{ __LINE__, "--interface=eno1,eno2", "--interface" },
	{ __LINE__, "--interface=#", "--interface" },
	{ __LINE__, "--interface=longer-than-a-name", "--interface" },
	{ __LINE__, "--timeout=0", NULL },
	{ __LINE__, "--timeout=-2", "--timeout" },
	{ __LINE__, "--timeout=3s", "--timeout" },
	{ __LINE__, "--appliance=appliance.example.net:8443", NULL },
	{ __LINE__, "--appliance=[2001:db8::1]:8443", NULL },
	{ __LINE__, "--appliance=a b", "--appliance" },
	{ __LINE__, "--appliance=https://a", "--appliance" },
	{ __LINE__, "--fingerprint=0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF", NULL },
	{ __LINE__, "--fingerprint=0123", "--fingerprint" },
	{ __LINE__, "--append=ip=192.0.2.9::192.0.2.1:255.255.255.0:n1:bootif:none rd.break=x", NULL },
	{ __LINE__, "--append=crashkernel=512M-2G:64M,2G-:128M@16M", NULL },
	{ __LINE__, "--append=", "--append" },
	{ __LINE__, "--append=quiet\nKERNEL x", "one line" },
	{ __LINE__, "--append=quiet\tx", "one line" },
	{ __LINE__, "--append=caf\xc3\xa9", "one line" },
	{ __LINE__, "--append=roost.token=abc", "a secret does not belong there" },
	{ __LINE__, "--append=quiet rd.iscsi.password=abc", "a secret does not belong there" },
	{ __LINE__, "--append=Roost.Token=abc", "a secret does not belong there" },
	{ __LINE__, "--append=root=/dev/sda", "the menus set it" },
	{ __LINE__, "--append=roost.url=http://evil", "expected --url" },
	{ __LINE__, "--append=roost.label=OTHER", NULL },
};

static void test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *argv[] = { (char *)"roost-pxe", (char *)cases[i].argument, (char *)"dir", NULL };
		autoproblems struct problems problems = { 0 };
		autofree char *text = NULL;
		struct pxe_options options;
		int r = pxe_options_read(3, argv, &options, &problems);

		text = problems_text(&problems);
		if ((r == 0) != (cases[i].expected == NULL))
			fail_msg("line %u: got %d (%s)", cases[i].line, r, text);
		if (r < 0 && !strstr(text, cases[i].expected))
			fail_msg("line %u: got %s", cases[i].line, text);
		if (r == 0)
			pxe_options_done(&options);
	}
}

static void test_defaults(void **state)
{
	char *argv[] = { (char *)"roost-pxe", (char *)"dir", NULL };
	struct pxe_options options;

	(void)state;
	assert_int_equal(pxe_options_read(2, argv, &options, NULL), 0);
	assert_string_equal(options.dir, "dir");
	assert_string_equal(options.image, "out/roost.iso");
	assert_int_equal(options.timeout_s, -1);
	assert_null(options.urls);
	pxe_options_done(&options);
}

/* Everything that a boot loader's or dnsmasq's language gives a meaning to. */
static void test_characters(void **state)
{
	static const char refused[] = "\"'`$;&|<>#(){}\\*?^";

	(void)state;
	for (int c = 1; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b', '\0' };
		bool is_plain = c >= ' ' && c <= '~' && !strchr(refused, c);

		if ((pxe_check_arguments(text, "x", NULL) == 0) != is_plain)
			fail_msg("character %d (%c)", c, c >= ' ' && c <= '~' ? c : '?');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options), cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
