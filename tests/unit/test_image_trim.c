// SPDX-License-Identifier: MIT
/*
 * %trim: what goes, what stays, and what it refuses.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <sys/stat.h>

#include "tests/root.h"

#include "common/process.h"
#include "image/trim_libraries.h"
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
	{ __LINE__, "module *\n", "01234", false, false, 0 },
	/* what a kept module needs stays with it; how its file is compressed need not be said */
	{ __LINE__, "module *\nkeep module drivers/net/tun\n", "0123467", false, false, 0 },
	{ __LINE__, "module *\nkeep module drivers/gpu/big\n", "012346", false, false, 0 },
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
	{ __LINE__, "library\n", "", true, false, 0 },
	{ __LINE__, "library *\n", "01234567", false, false, 1 },
	{ __LINE__, "keep library libnone.so.1\n", "01234567", false, true, 0 },
	{ __LINE__, "/usr/../etc\n", "", true, false, 0 },
	{ __LINE__, "remove /usr\n", "", true, false, 0 },
};

static void fill(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(files[i], "x");
	put("/var/lib/dpkg/info/p.list", "/.\n/usr\n/usr/bin\n/usr/bin/one\n"
	    "/usr/lib/modules/6.1/kernel/drivers/gpu/drm/drm.ko\n/usr/gone\n");
	put("/usr/lib/modules/6.1/modules.dep", "kernel/drivers/net/tun.ko: kernel/drivers/gpu/big.ko\n"
	    "kernel/drivers/gpu/big.ko:\n");
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

/* This program and a library that it needs, with the names that Debian gives them, and one that nobody needs. */
static void put_programs(void)
{
	static const char *const links[][2] = {
		{ "libcmocka.so.0.9", "libcmocka.so.0" }, { "libcmocka.so.0", "libcmocka.so" },
		{ "libidle.so.1.2", "libidle.so.1" },
	};
	autofree char *folder = path_in_root(root, TRIM_LIBRARY_FOLDER);
	autofree char *program = path_in_root(root, "/usr/bin/program");
	autofree char *self = realpath("/proc/self/exe", NULL);
	autofree char *needed = path_join(folder, "libcmocka.so.0.9");
	autofree char *idle = path_join(folder, "libidle.so.1.2");
	Dl_info cmocka;

	assert_true(dladdr((void *)_cmocka_run_group_tests, &cmocka) != 0);
	put(TRIM_LIBRARY_FOLDER "/plugins/libplugin.so", "not looked at: it is in a folder");
	put(TRIM_LIBRARY_FOLDER "/readme", "no library");
	put("/usr/bin/short", "x");
	assert_int_equal(process_call(NULL, "cp", self, program, NULL), 0);
	assert_int_equal(process_call(NULL, "cp", cmocka.dli_fname, needed, NULL), 0);
	assert_int_equal(process_call(NULL, "cp", cmocka.dli_fname, idle, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		autofree char *link = path_join(folder, links[i][1]);

		assert_int_equal(symlink(links[i][0], link), 0);
	}
}

static char **names_in(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char **names = NULL;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strv_push(&names, entry->d_name);
	closedir(dir);
	return names;
}

static const struct {
	unsigned line;
	const char *rules;
	const char *left;      /* names in the library folder, sorted */
} library_cases[] = {
	{ __LINE__, "library *\n", "libcmocka.so.0 libcmocka.so.0.9 plugins readme" },
	{ __LINE__, "/usr/bin/program\nlibrary *\n", "plugins readme" },
	{ __LINE__, "/usr/bin/program\nlibrary *\nkeep library libcmocka.so.0\n",
	  "libcmocka.so.0 libcmocka.so.0.9 plugins readme" },
	{ __LINE__, "/usr/bin/program\nlibrary libidle*\n",
	  "libcmocka.so libcmocka.so.0 libcmocka.so.0.9 plugins readme" },
};

static void test_libraries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(library_cases); i++) {
		autoproblems struct problems problems = { 0 };
		struct trim_rules rules = { 0 };
		autostrv char **idle = NULL, **names = NULL;
		autofree char *folder = NULL, *left = NULL;

		make_root(NULL);
		folder = path_in_root(root, TRIM_LIBRARY_FOLDER);
		put_programs();
		assert_int_equal(read_rules(library_cases[i].rules, &rules, &problems), 0);
		assert_int_equal(trim_tree(&rules, root, &idle, &problems), 0);
		names = names_in(folder);
		strv_sort(names);
		left = strv_join(names, " ");
		remove_root(NULL);
		trim_rules_done(&rules);
		if (!streq(left, library_cases[i].left))
			fail_msg("line %u: left %s", library_cases[i].line, left);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules), cmocka_unit_test(test_libraries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
