// SPDX-License-Identifier: MIT
/*
 * Which mirror is taken from a machine's apt sources.
 */
#include "tests/root.h"

#include "image/mirror.h"

static const struct {
	unsigned line;
	const char *file;     /* below /etc/apt */
	const char *text;
	const char *override;
	const char *main;     /* NULL: none is found */
	const char *security;
} cases[] = {
	{ __LINE__, "sources.list", "deb http://a.example/debian bookworm main\n", NULL,
	  "http://a.example/debian", NULL },
	{ __LINE__, "sources.list", "# deb http://no.example/debian bookworm main\n"
	  "deb-src http://no.example/debian bookworm main\n"
	  "deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian/ trixie main contrib\n"
	  "deb http://s.example/debian-security trixie-security main\n", NULL,
	  "http://a.example/debian", "http://s.example/debian-security" },
	/* other archives come first, and must not be taken for Debian's */
	{ __LINE__, "sources.list.d/x.list", "deb https://deb.nodesource.example/node_20.x nodistro main\n"
	  "deb https://apt.example/repo stable-tools main\ndeb https://a.example/d sid main\n", NULL,
	  "https://a.example/d", NULL },
	{ __LINE__, "sources.list.d/debian.sources",
	  "Types: deb\nURIs: http://a.example/debian\nSuites: bookworm bookworm-updates\n"
	  "Components: main\n\nTypes: deb\nURIs: http://s.example/security/\n"
	  "Suites: bookworm-security\n", NULL, "http://a.example/debian",
	  "http://s.example/security" },
	{ __LINE__, "sources.list.d/debian.sources",
	  "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: trixie\n\n"
	  "# comment\nTypes: deb deb-src\nURIs: http://a.example/debian\nSuites: trixie\n", NULL,
	  "http://a.example/debian", NULL },
	{ __LINE__, "sources.list.d/src.sources",
	  "Types: deb-src\nURIs: http://a.example/debian\nSuites: trixie\n", NULL, NULL, NULL },
	{ __LINE__, "sources.list", "deb cdrom:[disk]/ bookworm main\n", NULL, NULL, NULL },
	{ __LINE__, "sources.list", "deb [broken http://a.example/debian trixie main\n", NULL, NULL,
	  NULL },
	{ __LINE__, "sources.list", "", NULL, NULL, NULL },
	{ __LINE__, "sources.list", "deb http://a.example/debian bookworm main\n",
	  "http://mine.example/debian/", "http://mine.example/debian", NULL },
	{ __LINE__, "sources.list", "deb http://a.example/debian bookworm main\n", "ftp://mine.example/",
	  NULL, NULL },
};

static bool same(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static void test_sources(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *name = path_join("/etc/apt", cases[i].file);
		autoproblems struct problems problems = { 0 };
		struct mirror mirror = { 0 };
		int r;

		make_root(NULL);
		put(name, cases[i].text);
		r = mirror_find(root, cases[i].override, &mirror, &problems);
		remove_root(NULL);
		if ((r == 0) != (cases[i].main != NULL) || !same(mirror.main, cases[i].main) ||
		    !same(mirror.security, cases[i].security))
			fail_msg("line %u: got %d, %s, %s", cases[i].line, r,
				 mirror.main ? mirror.main : "-",
				 mirror.security ? mirror.security : "-");
		if ((problems_count(&problems) != 0) != (r != 0))
			fail_msg("line %u: %zu problems", cases[i].line,
				 problems_count(&problems));
		mirror_done(&mirror);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sources) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
