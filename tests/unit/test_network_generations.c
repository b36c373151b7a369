// SPDX-License-Identifier: MIT
/*
 * The network's generations: what is on trial, confirmed, refused, and what comes back.
 * PAINS 10: a configuration that cuts the host off does not stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/digest.h"
#include "common/file.h"
#include "node/network_generations.h"

static char *root;

static int make_root(void **state)
{
	char template[] = "/tmp/roost-test-XXXXXX";
	autofree char *input = NULL;

	(void)state;
	root = xstrdup(mkdtemp(template));
	input = path_in_root(root, "/run/roost/input");
	return make_folders(input, 0755, NULL);
}

static int drop_root(void **state)
{
	(void)state;
	remove_tree(root, NULL);
	free(root);
	return 0;
}

static void begin(const char *conf, const char *units, int64_t at_ms, int confirm_s)
{
	struct generation_start start = { .conf = conf, .units = units, .kickstart = conf,
					  .at_ms = at_ms, .confirm_s = confirm_s };

	assert_int_equal(generation_begin(root, &start, NULL), 0);
}

/* "1 confirmed, 2 trial*": the star is the current one. */
static void assert_history(const char *expected)
{
	autogenerations struct generations generations = { 0 };
	autostrv char **words = NULL;
	autofree char *text = NULL;

	generations_read(root, &generations);
	for (size_t i = 0; i < generations.count; i++)
		strv_pushf(&words, "%d %s%s", generations.items[i].number,
			   generation_state_names[generations.items[i].state],
			   generations.items[i].number == generations.current ? "*" : "");
	text = words ? strv_join(words, ", ") : xstrdup("");
	assert_string_equal(text, expected);
}

static int64_t deadline(void)
{
	autogenerations struct generations generations = { 0 };

	generations_read(root, &generations);
	return generations_deadline_ms(&generations);
}

/* The text that roost-config must use instead of `conf`; NULL: conf itself. */
static char *replacement(const char *conf, const char *kickstart)
{
	autofree char *reason = NULL, *other = NULL;
	char *text = NULL;

	(void)generation_replacement(root, conf, kickstart, &text, &reason, &other);
	return text;
}

static void test_first_has_no_end(void **state)
{
	(void)state;
	assert_history("");
	begin("a", "units a", 1000, 30);
	assert_history("1 trial*");
	assert_int_equal(deadline(), -1);
	assert_int_equal(generation_refuse(root, "no way", 0, NULL), -1);
	assert_true(generation_confirm(root, NULL, "by hand", NULL));
	assert_history("1 confirmed*");
	assert_false(generation_confirm(root, NULL, "by hand", NULL));
}

static void test_refused_after_its_time(void **state)
{
	autofree char *text = NULL, *newer = NULL, *refused = path_in_root(root,
									"/run/roost/input/refused");

	(void)state;
	begin("a", "units a", 1000, 30);
	generation_confirm(root, NULL, "by hand", NULL);
	begin("b", "units b", 5000, 30);
	assert_history("1 confirmed, 2 trial*");
	assert_int_equal(deadline(), 35000);
	assert_int_equal(generation_refuse(root, "early", 34999, NULL), 1);
	assert_history("1 confirmed, 2 trial*");
	assert_false(path_exists(refused));
	assert_int_equal(generation_refuse(root, "late", 35000, NULL), 0);
	assert_history("1 confirmed*, 2 refused");
	assert_true(path_exists(refused));
	text = replacement("b", "b");
	assert_string_equal(text, "a");
	/* another configuration is not meant, nor the same one that the appliance sent anew */
	assert_null(replacement("c", "c"));
	newer = replacement("b", "newer");
	assert_null(newer);
	/* the reapplied one is the old generation, confirmed as it was */
	begin("a", "units a", 36000, 30);
	assert_history("1 confirmed*, 2 refused");
	assert_int_equal(deadline(), -1);
	begin("b", "units b", 40000, 30);
	assert_history("1 confirmed, 2 refused, 3 trial*");
}

static void test_only_what_was_looked_at_is_confirmed(void **state)
{
	autofree char *a = sha256_text("a", 1), *b = sha256_text("b", 1);

	(void)state;
	begin("a", "units a", 1000, 30);
	assert_false(generation_confirm(root, b, "heartbeat", NULL));
	assert_true(generation_confirm(root, a, "heartbeat", NULL));
}

/* A kickstart that changes storage only leaves the network as it is: no trial, and a trial goes on. */
static void test_same_units(void **state)
{
	autofree char *text = NULL;

	(void)state;
	begin("a", "units a", 1000, 30);
	generation_confirm(root, NULL, "by hand", NULL);
	begin("a with a pool", "units a", 2000, 30);
	assert_history("1 confirmed*");
	begin("b", "units b", 3000, 30);
	begin("b with a pool", "units b", 9000, 30);
	assert_history("1 confirmed, 2 trial*");
	assert_int_equal(deadline(), 33000);
	assert_int_equal(generation_refuse(root, "late", 33000, NULL), 0);
	text = replacement("b with a pool", "b with a pool");
	assert_string_equal(text, "a with a pool");
}

static void test_without_an_appliance(void **state)
{
	(void)state;
	begin("a", "units a", 1000, 0);
	begin("b", "units b", 2000, 0);
	assert_history("1 confirmed, 2 confirmed*");
	assert_int_equal(generation_refuse(root, "taken back by hand", 0, NULL), 0);
	assert_history("1 confirmed*, 2 refused");
}

static void test_forgiven(void **state)
{
	(void)state;
	begin("a", "units a", 1000, 0);
	begin("b", "units b", 2000, 30);
	generation_refuse(root, "late", 0, NULL);
	assert_int_equal(generations_forgive(root, NULL), 0);
	assert_history("1 confirmed*");
	assert_null(replacement("b", "b"));
}

/* The history is bounded, and the way back is never lost. */
static void test_many(void **state)
{
	autogenerations struct generations generations = { 0 };
	autofree char *text = NULL;

	(void)state;
	begin("good", "units good", 1000, 0);
	for (int i = 0; i < 100; i++) {
		autofree char *conf = xasprintf("bad %d", i);

		begin(conf, conf, 2000 + i, 30);
		if (i < 99)
			assert_int_equal(generation_refuse(root, "late", 0, NULL), 0);
	}
	generations_read(root, &generations);
	assert_in_range(generations.count, 2, 16);
	assert_int_equal(generations.items[0].number, 1);
	assert_int_equal(generation_refuse(root, "late", 0, NULL), 0);
	text = replacement("bad 99", "bad 99");
	assert_string_equal(text, "good");
}

/* What cannot be read is as if it were not there; a half of it is left out. */
static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"current\": 7}", "{\"generations\": {}}",
		"{\"current\": 1, \"generations\": [{\"number\": 1}]}",
		"{\"current\": \"x\", \"generations\": [null, 3, {\"state\": 4}]}",
	};
	autofree char *path = path_in_root(root, GENERATIONS_FILE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autogenerations struct generations generations = { 0 };

		assert_int_equal(file_write_text(path, 0644, texts[i], NULL), 0);
		generations_read(root, &generations);
		assert_int_equal(generations.count, 0);
		assert_null(generations_current(&generations));
		assert_int_equal(generations_deadline_ms(&generations), -1);
		assert_null(replacement("a", NULL));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, drop_root)
	const struct CMUnitTest tests[] = {
		TEST(test_first_has_no_end), TEST(test_refused_after_its_time),
		TEST(test_only_what_was_looked_at_is_confirmed), TEST(test_same_units),
		TEST(test_without_an_appliance), TEST(test_forgiven), TEST(test_many),
		TEST(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
