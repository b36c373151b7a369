// SPDX-License-Identifier: MIT
/*
 * --locked: what a manifest must say, what apt is told, and each way in which a mirror can have something else.
 */
#include "tests/root.h"

#include "common/json.h"
#include "image/lock.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define PACKAGE(name, version, digest) \
	"{\"name\":\"" name "\",\"version\":\"" version "\",\"architecture\":\"amd64\",\"sha256\":\"" digest "\"}"
#define MANIFEST(packages, build) "{\"packages\":[" packages "],\"build_packages\":[" build "]}"
#define GOOD MANIFEST(PACKAGE("libc6", "2.41-12", A64), PACKAGE("gcc", "4:14.2.0-1", B64))

static const struct {
	unsigned line;
	const char *text;
	const char *expected;   /* in the problem; NULL: it is read */
} cases[] = {
	{ __LINE__, GOOD, NULL },
	{ __LINE__, "{}", "\"packages\": expected the manifest of a build" },
	{ __LINE__, MANIFEST("", PACKAGE("gcc", "1", B64)), "\"packages\": expected the manifest" },
	{ __LINE__, MANIFEST(PACKAGE("libc6", "1", A64), ""), "\"build_packages\": expected the manifest" },
	{ __LINE__, MANIFEST("1", PACKAGE("gcc", "1", B64)), "packages[0]: \"name\"" },
	{ __LINE__, MANIFEST("{\"name\":\"libc6\",\"version\":\"1\",\"architecture\":\"amd64\"}",
			     PACKAGE("gcc", "1", B64)), "packages[0]: \"sha256\"" },
	/* no way to add a pin of one's own */
	{ __LINE__, MANIFEST(PACKAGE("libc6", "1\\nPin-Priority: 1", A64), PACKAGE("gcc", "1", B64)),
	  "packages[0]: expected a Debian package's name" },
	{ __LINE__, MANIFEST(PACKAGE("*", "1", A64), PACKAGE("gcc", "1", B64)),
	  "packages[0]: expected a Debian package's name" },
	{ __LINE__, "[]", "object" },
	{ __LINE__, "", "JSON" },
};

static int read_text(const char *text, struct lock *lock, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/manifest.json");

	put("/manifest.json", text);
	return lock_read(path, lock, problems);
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		struct lock lock = { 0 };
		int r = read_text(cases[i].text, &lock, &problems);
		autofree char *why = problems_text(&problems);

		lock_done(&lock);
		if ((r == 0) != !cases[i].expected || (r < 0 && !strstr(why, cases[i].expected)))
			fail_msg("line %u: got %d, %s", cases[i].line, r, why);
	}
}

static void test_pin(void **state)
{
	autofree char *path = path_in_root(root, "/etc/apt/preferences.d/roost-locked"), *text = NULL;
	struct lock lock = { 0 };

	(void)state;
	assert_int_equal(read_text(GOOD, &lock, NULL), 0);
	assert_int_equal(lock_pin(&lock, root, NULL), 0);
	assert_int_equal(file_read(path, 4096, &text, NULL, NULL), 0);
	assert_string_equal(text, "Package: gcc\nPin: version 4:14.2.0-1\nPin-Priority: 1001\n\n"
			    "Package: libc6\nPin: version 2.41-12\nPin-Priority: 1001\n\n");
	lock_done(&lock);
}

static void test_check(void **state)
{
	static const struct { const char *installed, *expected; } rows[] = {
		{ "libc6\t2.41-12\tamd64\t" A64, NULL },
		{ "gcc\t4:14.2.0-1\tamd64\t" B64, NULL },
		{ "libc6\t2.41-13\tamd64\t" A64, "libc6: expected version 2.41-12, the mirror has 2.41-13" },
		{ "libc6\t2.41-12\tamd64\t" B64, "libc6 2.41-12: expected SHA-256 " A64 ", the mirror's has " B64 },
		{ "libc\t2.41-12\tamd64\t" A64, "libc 2.41-12 is installed, and not in it" },
	};
	struct lock lock = { 0 };

	(void)state;
	assert_int_equal(read_text(GOOD, &lock, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		char *const lines[] = { (char *)rows[i].installed, NULL };
		int r = lock_check(&lock, lines, &problems);
		autofree char *why = problems_text(&problems);

		if ((r == 0) != !rows[i].expected || (r < 0 && !strstr(why, rows[i].expected)))
			fail_msg("row %zu: got %d, %s", i, r, why);
	}
	lock_done(&lock);
}

/* What a build writes into its manifest is what --locked reads. */
static void test_round_trip(void **state)
{
	char *const in_root[] = { "libc6\t2.41-12\tamd64\t" A64, NULL };
	char *const in_buildroot[] = { "gcc\t4:14.2.0-1\tamd64\t" B64, "libc6\t2.41-12\tamd64\t" A64, NULL };
	autojson json_t *manifest = json_pack("{s:o, s:o}", "packages", lock_json(in_root, NULL),
					      "build_packages", lock_json(in_buildroot, in_root));
	autofree char *text = json_line(manifest);
	struct lock lock = { 0 };

	(void)state;
	assert_int_equal(read_text(text, &lock, NULL), 0);
	assert_int_equal(strv_len(lock.lines), 2);
	assert_int_equal(lock_check(&lock, in_buildroot, NULL), 0);
	lock_done(&lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(test_read), with_root(test_pin), with_root(test_check), with_root(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
