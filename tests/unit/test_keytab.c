// SPDX-License-Identifier: MIT
/* Keytabs: whose keys are in one, and which bytes are none. */
#include "common/keytab.h"
#include "tests/expect.h"

/* size, 2 components, the realm R.R, libvirt, n1, kind 1, time 0 */
#define NAME "\0\2" "\0\3R.R" "\0\7libvirt" "\0\2n1" "\0\0\0\1" "\0\0\0\0"
#define KEY "\0\4abcd"
#define ENTRY "\0\0\0\x25" NAME "\3" "\0\x12" KEY          /* 37 bytes: version 3, aes256 */
#define LONG_ENTRY "\0\0\0\x29" NAME "\3" "\0\x11" KEY "\0\0\1\3" /* version 259 */
#define HOLE "\xff\xff\xff\xfe" "\0\0"

static const struct {
	int line;
	const char *data;
	size_t len;
	const char *principals; /* each key's, with its version and encryption; NULL: refused */
	const char *problem;    /* a part of it */
} rows[] = {
#define ROW(bytes, principals, problem) { __LINE__, bytes, sizeof(bytes) - 1, principals, problem }
	ROW("\5\2" ENTRY, "libvirt/n1@R.R 3 18;", NULL),
	ROW("\5\2" ENTRY LONG_ENTRY, "libvirt/n1@R.R 3 18;libvirt/n1@R.R 259 17;", NULL),
	ROW("\5\2" HOLE ENTRY, "libvirt/n1@R.R 3 18;", NULL),
	ROW("\5\2" ENTRY "\0\0\0\0" "what was there before", "libvirt/n1@R.R 3 18;", NULL),
	ROW("", NULL, "expected a keytab of format 2"),
	ROW("\5", NULL, "expected a keytab of format 2"),
	ROW("\5\1" ENTRY, NULL, "expected a keytab of format 2"),
	ROW("-----BEGIN CERTIFICATE-----", NULL, "expected a keytab of format 2"),
	ROW("\5\2", NULL, "at least one key"),
	ROW("\5\2" HOLE, NULL, "at least one key"),
	ROW("\5\2" "\0\0", NULL, "entry 1 is cut off"),
	ROW("\5\2" ENTRY "\0\0\0\x29" NAME, NULL, "entry 2 is cut off"),
	ROW("\5\2" "\x80\0\0\0", NULL, "entry 1 is cut off"),
	ROW("\5\2" "\x7f\xff\xff\xff" NAME, NULL, "entry 1 is cut off"),
	ROW("\5\2" "\0\0\0\x1f" NAME "\3" "\0\x12", NULL, "entry 1: expected one"),          /* no key */
	ROW("\5\2" "\0\0\0\x21" NAME "\3" "\0\x12" "\0\0", NULL, "entry 1: expected one"),     /* an empty one */
	ROW("\5\2" "\0\0\0\x23" NAME "\3" "\0\x12" "\0\7ab", NULL, "entry 1: expected one"),   /* longer than the entry */
	ROW("\5\2" "\0\0\0\x19" "\0\1" "\0\1R" "\0\1\n" "\0\0\0\1" "\0\0\0\0" "\3" "\0\x12" KEY, NULL, "entry 1: expected one"),
	ROW("\5\2" "\0\0\0\x1a" "\0\1" "\0\1R" "\0\2\"]" "\0\0\0\1" "\0\0\0\0" "\3" "\0\x12" KEY, NULL, "entry 1: expected one"),
	ROW("\5\2" "\0\0\0\x16" "\0\0" "\0\1R" "\0\0\0\1" "\0\0\0\0" "\3" "\0\x12" KEY, NULL, "entry 1: expected one"),
};

static char *text_of(const struct keytab *keytab)
{
	char *text = NULL;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	for (size_t i = 0; i < keytab->count; i++)
		fprintf(out, "%s %u %u;", keytab->keys[i].principal, keytab->keys[i].version,
			keytab->keys[i].encryption);
	fclose(out);
	return text;
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autokeytab struct keytab keytab = { 0 };
		autoproblems struct problems problems = { 0 };
		int r = keytab_read(rows[i].data, rows[i].len, &keytab, "k", &problems);
		autofree char *found = r == 0 ? text_of(&keytab) : NULL, *said = problems_text(&problems);

		expect_text(&rows[i], found, rows[i].principals);
		if (rows[i].problem && !strstr(said, rows[i].problem))
			fail_msg("row of line %d: %s", rows[i].line, said);
	}
}

static void test_bounds(void **state)
{
	static char big[KEYTAB_MAX + 1] = "\5\2";
	autokeytab struct keytab keytab = { 0 };
	autofree char *many = NULL;
	size_t len;
	FILE *out = xopen_memstream(&many, &len);

	(void)state;
	assert_int_equal(keytab_read(big, sizeof(big), &keytab, "k", NULL), -1);
	fwrite("\5\2", 1, 2, out);
	for (int i = 0; i <= KEYTAB_KEYS_MAX; i++)
		fwrite(ENTRY, 1, sizeof(ENTRY) - 1, out);
	fclose(out);
	assert_int_equal(keytab_read(many, len, &keytab, "k", NULL), -1);
	assert_int_equal(keytab_read(many, len - (sizeof(ENTRY) - 1), &keytab, "k", NULL), 0);
	assert_int_equal(keytab.count, KEYTAB_KEYS_MAX);
}

static void test_serves(void **state)
{
	static const struct {
		int line;
		const char *service, *realm;
		bool is_served;
	} cases[] = {
		{ __LINE__, "libvirt", NULL, true },
		{ __LINE__, "libvirt", "R.R", true },
		{ __LINE__, "libvirt", "R", false },
		{ __LINE__, "libvirt", "OTHER.R.R", false },
		{ __LINE__, "lib", NULL, false },
		{ __LINE__, "HTTP", NULL, false },
	};
	autokeytab struct keytab keytab = { 0 };
	autostrv char **principals = NULL;

	(void)state;
	assert_int_equal(keytab_read("\5\2" ENTRY LONG_ENTRY, sizeof("\5\2" ENTRY LONG_ENTRY) - 1, &keytab, "k", NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(&cases[i], keytab_serves(&keytab, cases[i].service, cases[i].realm) == cases[i].is_served);
	principals = keytab_principals(&keytab);
	assert_int_equal(strv_len(principals), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_serves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
