// SPDX-License-Identifier: MIT
/*
 * %trim: what goes, what stays, and what it refuses.
 */
#include <sys/stat.h>

#include "tests/root.h"

#include "image/trim_rules.h"

static const char *const files[] = {
	"/usr/share/doc/a/copyright", "/usr/share/doc/b/copyright", "/usr/share/keep/x",
	"/usr/bin/one", "/usr/bin/two", "/usr/lib/modules/6.1/kernel/drivers/gpu/drm/drm.ko",
	"/usr/lib/modules/6.1/kernel/drivers/gpu/big.ko",
	"/usr/lib/modules/6.1/kernel/drivers/net/tun.ko",
};

static const struct {
	unsigned line;
	const char *rules;
	const char *left;      /* indexes into files, as digits */
	bool is_refused;       /* when read */
	bool fails;            /* when applied */
	unsigned idle;
} cases[] = {
	{ __LINE__, "/usr/share/doc\n", "234567", false, false, 0 },
	{ __LINE__, "/usr/share/doc\nkeep /usr/share/doc/b\n", "1234567", false, false, 0 },
	{ __LINE__, "keep /usr/share/doc/b/copyright\n/usr/share\n", "134567", false, false, 0 },
	{ __LINE__, "/usr/share/doc/a\nkeep /usr/share\n", "01234567", false, false, 0 },
	{ __LINE__, "/usr/bin/o*\n", "0124567", false, false, 0 },
	{ __LINE__, "/usr/bin/none\n", "01234567", false, false, 1 },
	{ __LINE__, "module drivers/gpu\n", "012347", false, false, 0 },
	{ __LINE__, "module drivers/gpu\nkeep module drivers/gpu/drm\n", "0123457", false, false, 0 },
	{ __LINE__, "package p\n", "012467", false, false, 0 },
	{ __LINE__, "package multi\n", "0123567", false, false, 0 },
	{ __LINE__, "package unknown\n", "01234567", false, false, 1 },
	/* PAINS 22: what a feature needs is named, and its absence is an error */
	{ __LINE__, "keep /usr/bin/hostname\n", "01234567", false, true, 0 },
	{ __LINE__, "keep module net/dns_resolver\n/usr/share\n", "01234567", false, true, 0 },
	{ __LINE__, "usr/share\n", "", true, false, 0 },
	{ __LINE__, "/\n", "", true, false, 0 },
	{ __LINE__, "module /drivers\n", "", true, false, 0 },
	{ __LINE__, "module\n", "", true, false, 0 },
	{ __LINE__, "/usr/../etc\n", "", true, false, 0 },
	{ __LINE__, "remove /usr\n", "", true, false, 0 },
};

static void fill(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(files[i], "x");
	put("/var/lib/dpkg/info/p.list", "/.\n/usr\n/usr/bin\n/usr/bin/one\n"
	    "/usr/lib/modules/6.1/kernel/drivers/gpu/drm/drm.ko\n/usr/gone\n");
	put("/var/lib/dpkg/info/multi:amd64.list", "/usr/bin/two\n");
}

static int read_rules(const char *lines, struct trim_rules *rules, struct problems *problems)
{
	autofree char *text = xasprintf("%%trim\n%s%%end\n", lines);
	autodocument struct ks_document *document = NULL;
	struct image_config config;
	int r;

	assert_int_equal(ks_parse_text(text, strlen(text), "t.ks", 0, &document, problems), 0);
	if (ks_read(&image_language, document, &config, problems) < 0)
		return -1;
	r = trim_rules_read(&config, rules, problems);
	for (size_t i = 0; r == 0 && i < rules->count; i++)
		rules->items[i].file = "t.ks"; /* the text that it borrowed goes */
	ks_config_done(&image_language, &config);
	return r;
}

static char *what_is_left(void)
{
	char *left = xstrdup("");

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = path_in_root(root, files[i]);
		char *longer;

		if (!path_exists(path))
			continue;
		longer = xasprintf("%s%zu", left, i);
		free(left);
		left = longer;
	}
	return left;
}

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		struct trim_rules rules = { 0 };
		autostrv char **idle = NULL;
		autofree char *left = NULL;
		int r = read_rules(cases[i].rules, &rules, &problems);

		if ((r < 0) != cases[i].is_refused)
			fail_msg("line %u: reading gave %d", cases[i].line, r);
		if (r < 0)
			continue;
		make_root(NULL);
		fill();
		r = trim_tree(&rules, root, &idle, &problems);
		left = what_is_left();
		remove_root(NULL);
		trim_rules_done(&rules);
		if ((r < 0) != cases[i].fails || !streq(left, cases[i].left) ||
		    strv_len(idle) != cases[i].idle)
			fail_msg("line %u: got %d, left %s, %zu idle", cases[i].line, r, left,
				 strv_len(idle));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
