// SPDX-License-Identifier: MIT
/*
 * The list of layers on the medium: what roost-root accepts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/layers.h"

static const struct {
	unsigned line;
	const char *text;
	const char *names;   /* joined with blanks; NULL: refused */
	int ram_mib;
} cases[] = {
	{ __LINE__, "layer packages.squashfs\nlayer tools.squashfs\nram 256\n",
	  "packages.squashfs tools.squashfs", 256 },
	{ __LINE__, "# comment\n\n layer\ta.squashfs # why\r\n", "a.squashfs", 512 },
	{ __LINE__, "layer a", "a", 512 },
	{ __LINE__, "", NULL, 0 },
	{ __LINE__, "ram 256\n", NULL, 0 },
	{ __LINE__, "layer ../../etc/passwd\n", NULL, 0 },
	{ __LINE__, "layer ..\n", NULL, 0 },
	{ __LINE__, "layer other/a.squashfs\n", NULL, 0 },
	{ __LINE__, "layer a b\n", NULL, 0 },
	{ __LINE__, "layer\n", NULL, 0 },
	{ __LINE__, "layer a\nram 0\n", NULL, 0 },
	{ __LINE__, "layer a\nram many\n", NULL, 0 },
	{ __LINE__, "layer a\nlayers b\n", NULL, 0 },
	{ __LINE__, "layer 1\nlayer 2\nlayer 3\nlayer 4\nlayer 5\nlayer 6\nlayer 7\nlayer 8\nlayer 9\n"
	  "layer 10\nlayer 11\nlayer 12\nlayer 13\nlayer 14\nlayer 15\nlayer 16\nlayer 17\n", NULL, 0 },
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		struct layers layers = { 0 };
		autofree char *names = NULL;
		int r = layers_read(cases[i].text, "list", &layers, &problems);

		if ((r == 0) != (cases[i].names != NULL) ||
		    (r < 0) != (problems_count(&problems) > 0))
			fail_msg("line %u: got %d", cases[i].line, r);
		if (r < 0)
			continue;
		names = strv_join(layers.names, " ");
		if (!streq(names, cases[i].names) || layers.ram_mib != cases[i].ram_mib)
			fail_msg("line %u: got %s, %d", cases[i].line, names, layers.ram_mib);
		layers_done(&layers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_read) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
