// SPDX-License-Identifier: MIT
/*
 * Templates of boot loaders' configurations: what is filled in, and that what is not understood is
 * refused with its line, never passed on to a boot loader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "media/template.h"

static const struct template_word words[] = {
	{ "A", "1" }, { "LONG_NAME", "two words" }, { "AT", "@A@" }, { "EMPTY", "" }, { "NONE", NULL },
	{ 0 },
};

static const struct {
	unsigned line;
	const char *text;
	const char *result;   /* NULL: refused */
	const char *expected; /* in the problem */
} cases[] = {
	{ __LINE__, "", "", NULL },
	{ __LINE__, "a\n\nb\n", "a\n\nb\n", NULL },
	{ __LINE__, "no newline", "no newline\n", NULL },
	{ __LINE__, "@A@@A@ @LONG_NAME@.\n", "11 two words.\n", NULL },
	{ __LINE__, "[@EMPTY@]\n", "[]\n", NULL },
	/* Values are not read again, and other @ stand for themselves. */
	{ __LINE__, "@AT@\n", "@A@\n", NULL },
	{ __LINE__, "64M@16M a@b @ @@ @A a@A@\n", "64M@16M a@b @ @@ @A a1\n", NULL },
	{ __LINE__, "@@A@\n", "@1\n", NULL },
	{ __LINE__, "@UNKNOWN@\n", NULL, "t:1: @UNKNOWN@ is not known" },
	{ __LINE__, "a\n@NONE@\n", NULL, "t:2: @NONE@ is not known" },
	{ __LINE__, "#if A\na\n#else\nb\n#end\nc\n", "a\nc\n", NULL },
	{ __LINE__, "#if NONE\na\n#else\nb\n#end\nc\n", "b\nc\n", NULL },
	{ __LINE__, "#if EMPTY\na\n#end\n", "a\n", NULL },
	{ __LINE__, "#if NONE\n@NONE@\n#end\n", "", NULL },
	{ __LINE__, "#if NONE\n#if A\na\n#else\nb\n#end\n#else\nc\n#end\n", "c\n", NULL },
	{ __LINE__, "#if A\n#if NONE\na\n#else\nb\n#end\n#end\n", "b\n", NULL },
	{ __LINE__, "# if A\n#iffy\n #end\n", "# if A\n#iffy\n #end\n", NULL },
	{ __LINE__, "#if UNKNOWN\n#end\n", NULL, "t:1: UNKNOWN is not known" },
	{ __LINE__, "#if \n#end\n", NULL, "t:1:" },
	{ __LINE__, "#end\n", NULL, "t:1: #end: expected an #if" },
	{ __LINE__, "#else\n", NULL, "t:1: #else: expected an #if" },
	{ __LINE__, "#if A\n#else\n#else\n#end\n", NULL, "t:3: #else" },
	{ __LINE__, "#if A\n", NULL, "expected #end" },
	{ __LINE__, "#if A\n#if A\n#if A\n#if A\n#if A\n#if A\n#if A\n#if A\n#if A\n", NULL, "t:9: expected at most 8" },
};

static void test_fill(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		autofree char *result = NULL, *text = NULL;
		int r = template_fill(cases[i].text, "t", words, &result, &problems);

		text = problems_text(&problems);
		if ((r == 0) != (cases[i].result != NULL))
			fail_msg("line %u: got %d: %s", cases[i].line, r, r == 0 ? result : text);
		if (r == 0 && !streq(result, cases[i].result))
			fail_msg("line %u: got %s", cases[i].line, result);
		if (r < 0 && (!strstr(text, cases[i].expected) || result))
			fail_msg("line %u: got %s", cases[i].line, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_fill) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
