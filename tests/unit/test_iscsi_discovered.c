// SPDX-License-Identifier: MIT
/* What a portal says it has: targets with their portals, or one reason to take none of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/iscsi_discovered.h"

#define D1 "iqn.2026-11.example.test:disk1"

/* "NAME ADDRESS PORT ADDRESS PORT; NAME ..." */
static char *describe(const struct discovered *found)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	for (size_t i = 0; i < found->count; i++) {
		fprintf(f, "%s%s", i > 0 ? "; " : "", found->items[i].name);
		for (size_t j = 0; j < found->items[i].count; j++)
			fprintf(f, " %s %d", found->items[i].portals[j].address,
				found->items[i].portals[j].port);
	}
	fclose(f);
	return text;
}

static void accepted(void **state)
{
	static const struct {
		unsigned line;
		const char *text, *wanted;
	} rows[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "10.0.2.2:3260,1 " D1 "\n", D1 " 10.0.2.2 3260" },
		{ __LINE__, "[fd00::2]:3261,2 " D1 "\n", D1 " fd00::2 3261" },
		{ __LINE__, "nas.example.test:3260,1 eui.02004567a425678d", "eui.02004567a425678d nas.example.test 3260" },
		/* portals of one target stand together, each once */
		{ __LINE__, "10.0.2.2:3260,1 " D1 "\n10.0.2.2:3260,1 iqn.2026-11.a:b\n10.0.3.2:3260,2 " D1
			    "\n10.0.2.2:3260,1 " D1 "\n",
		  D1 " 10.0.2.2 3260 10.0.3.2 3260; iqn.2026-11.a:b 10.0.2.2 3260" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autodiscovered struct discovered found = { 0 };
		autofree char *got = NULL;

		if (discovered_read(rows[i].text, &found, NULL) < 0)
			fail_msg("row of line %u: refused", rows[i].line);
		got = describe(&found);
		if (!streq(got, rows[i].wanted))
			fail_msg("row of line %u: got '%s'", rows[i].line, got);
	}
}

/* One bad line refuses the good ones beside it, too. */
static void refused(void **state)
{
	static const char *const rows[] = {
		"10.0.2.2:3260,1 ../../etc/passwd", "10.0.2.2:3260,1 --login", "10.0.2.2:3260,1 ",
		"10.0.2.2:3260 " D1, "10.0.2.2,1 " D1, "10.0.2.2:0,1 " D1, "10.0.2.2:65536,1 " D1,
		"10.0.2.2:3260,-1 " D1, "fd00::2:3260,1 " D1, "[fd00::2:3260,1 " D1, "[10.0.2.2]:3260,1 " D1,
		"[]:3260,1 " D1, ":3260,1 " D1, "-o:3260,1 " D1, "a/b:3260,1 " D1, "iscsiadm: a warning",
		"10.0.2.2:3260,1 " D1 " more",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = xasprintf("10.0.2.2:3260,1 " D1 "\n%s\n", rows[i]);
		autoproblems struct problems problems = { 0 };
		struct discovered found = { 0 };

		if (discovered_read(text, &found, &problems) == 0)
			fail_msg("accepted: %s", rows[i]);
		assert_int_equal(problems_count(&problems), 1);
		assert_null(found.items);
	}
}

static void read_many(size_t targets, size_t portals, int wanted)
{
	struct discovered found = { 0 };
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	for (size_t i = 0; i < targets; i++)
		for (size_t j = 0; j < portals; j++)
			fprintf(f, "10.0.2.%zu:3260,1 iqn.2026-11.a:d%zu\n", j, i);
	fclose(f);
	assert_int_equal(discovered_read(text, &found, NULL), wanted);
	discovered_done(&found);
	free(text);
}

static void bounds(void **state)
{
	(void)state;
	read_many(DISCOVERED_TARGETS_MAX, DISCOVERED_PORTALS_MAX, 0);
	read_many(DISCOVERED_TARGETS_MAX + 1, 1, -1);
	read_many(1, DISCOVERED_PORTALS_MAX + 1, -1);
}

/* What is remembered is read again as it was. */
static void written_and_read(void **state)
{
	const char *text = "10.0.2.2:3260,1 " D1 "\n[fd00::2]:3261,1 " D1 "\nnas:3260,1 iqn.2026-11.a:b\n";
	autodiscovered struct discovered found = { 0 }, nothing = { 0 };
	autofree char *again = NULL, *empty = discovered_text(&nothing);

	(void)state;
	assert_int_equal(discovered_read(text, &found, NULL), 0);
	again = discovered_text(&found);
	assert_string_equal(again, text);
	assert_string_equal(empty, "");
}

static bool is_second(const char *target, const struct discovered_portal *portal, const void *userdata)
{
	(void)target;
	(void)userdata;
	return streq(portal->address, "10.0.3.2");
}

/* A portal that is not told of any more, but is used. */
static void kept(void **state)
{
	static const struct {
		unsigned line;
		const char *before, *now, *wanted;
	} rows[] = {
		{ __LINE__, "10.0.2.2:3260,1 " D1 "\n10.0.3.2:3260,1 " D1 "\n", "10.0.2.2:3260,1 " D1 "\n",
		  D1 " 10.0.2.2 3260 10.0.3.2 3260" },
		{ __LINE__, "10.0.2.2:3260,1 " D1 "\n10.0.3.2:3260,1 " D1 "\n", "", D1 " 10.0.3.2 3260" },
		{ __LINE__, "10.0.2.2:3260,1 " D1 "\n", "10.0.3.2:3260,1 " D1 "\n", D1 " 10.0.3.2 3260" },
		{ __LINE__, "10.0.3.2:3260,1 " D1 "\n", "10.0.3.2:3260,1 " D1 "\n", D1 " 10.0.3.2 3260" },
		{ __LINE__, "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autodiscovered struct discovered before = { 0 }, now = { 0 };
		autofree char *got = NULL;

		assert_int_equal(discovered_read(rows[i].before, &before, NULL), 0);
		assert_int_equal(discovered_read(rows[i].now, &now, NULL), 0);
		discovered_keep(&now, &before, is_second, NULL);
		got = describe(&now);
		if (!streq(got, rows[i].wanted))
			fail_msg("row of line %u: got '%s'", rows[i].line, got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(kept),
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
