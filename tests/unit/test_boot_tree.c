// SPDX-License-Identifier: MIT
/*
 * Replacing a folder in one piece: readers see the old tree or the new one, and nothing that somebody
 * else put there is ever lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include <sys/stat.h>

#include "common/file.h"
#include "media/boot_tree.h"

struct place {
	char *folder;
	char *dir;   /* folder/tree */
};

static int make_place(void **state)
{
	struct place *place = xcalloc(1, sizeof(*place));

	place->folder = xstrdup("/tmp/boot-tree.XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	place->dir = path_join(place->folder, "tree");
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;

	assert_int_equal(remove_tree(place->folder, NULL), 0);
	free(place->dir);
	free(place->folder);
	free(place);
	return 0;
}

static char *inside(const struct place *place, const char *name)
{
	return path_join(place->folder, name);
}

static void put(const struct place *place, const char *name, const char *text)
{
	autofree char *path = inside(place, name);

	assert_int_equal(file_write_text(path, 0644, text, NULL), 0);
}

static bool holds(const struct place *place, const char *name, const char *text)
{
	autofree char *path = inside(place, name);

	return file_has(path, text, strlen(text));
}

static bool is_there(const struct place *place, const char *name)
{
	autofree char *path = inside(place, name);

	return path_exists(path);
}

/* A tree with one file besides those that every tree has. */
static int write_tree(const struct place *place, const char *name, const char *text,
		      struct problems *problems)
{
	struct boot_tree *tree;
	int r = boot_tree_begin(place->dir, strlen(text), &tree, problems);

	if (r < 0)
		return -1;
	r = boot_tree_add_text(tree, name, text, strlen(text), problems);
	if (r == 0)
		r = boot_tree_add_text(tree, "a/common", "c", 1, problems);
	if (r == 0)
		r = boot_tree_commit(tree, problems);
	boot_tree_free(tree);
	return r;
}

static void expect_refused(const struct place *place, const char *expected)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;

	assert_int_equal(write_tree(place, "new", "n", &problems), -1);
	text = problems_text(&problems);
	if (!strstr(text, expected))
		fail_msg("expected \"%s\", got %s", expected, text);
	assert_false(is_there(place, "tree/new"));
}

static void test_replace(void **state)
{
	const struct place *place = *state;
	autofree char *list = inside(place, "tree/" BOOT_TREE_LIST), *text = NULL;

	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_true(holds(place, "tree/one", "1") && holds(place, "tree/a/common", "c"));
	assert_int_equal(write_tree(place, "two", "2", NULL), 0);
	assert_true(holds(place, "tree/two", "2") && !is_there(place, "tree/one"));
	assert_false(is_there(place, "tree.new"));
	assert_int_equal(file_read(list, 4096, &text, NULL, NULL), 0);
	assert_non_null(strstr(text, "  two\n"));
}

static void test_empty_folder(void **state)
{
	const struct place *place = *state;

	assert_int_equal(mkdir(place->dir, 0755), 0);
	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_true(holds(place, "tree/one", "1"));
}

static void test_not_ours(void **state)
{
	const struct place *place = *state;

	put(place, "tree/photo.jpg", "x");
	expect_refused(place, "did not write");
	assert_true(holds(place, "tree/photo.jpg", "x") && !is_there(place, "tree.new"));
}

static void test_somebodys_file(void **state)
{
	const struct place *place = *state;

	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	put(place, "tree/a/01-52-54-00-12-34-56", "x");
	expect_refused(place, "would be lost: a/01-52-54-00-12-34-56");
	assert_true(holds(place, "tree/one", "1") && holds(place, "tree/a/01-52-54-00-12-34-56", "x"));
}

/* While the new one was being written, too. */
static void test_somebodys_late_file(void **state)
{
	const struct place *place = *state;
	autoproblems struct problems problems = { 0 };
	struct boot_tree *tree;

	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(place->dir, 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_add_text(tree, "two", "2", 1, NULL), 0);
	put(place, "tree/late", "x");
	assert_int_equal(boot_tree_commit(tree, &problems), -1);
	boot_tree_free(tree);
	assert_true(holds(place, "tree/one", "1") && holds(place, "tree/late", "x"));
	assert_false(is_there(place, "tree.new"));
}

static void test_file_and_link(void **state)
{
	const struct place *place = *state;

	put(place, "tree", "x");
	expect_refused(place, "expected a folder");
	assert_int_equal(unlink(place->dir), 0);
	assert_int_equal(symlink("/nowhere", place->dir), 0);
	expect_refused(place, "expected a folder");
}

/* What a run that was killed leaves is removed; what somebody else has under that name is not. */
static void test_left_over(void **state)
{
	const struct place *place = *state;
	autofree char *fresh = inside(place, "tree.new");

	put(place, "tree.new/" BOOT_TREE_LIST, "# not complete\n");
	put(place, "tree.new/half", "x");
	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_true(holds(place, "tree/one", "1") && !is_there(place, "tree/half"));
	assert_int_equal(mkdir(fresh, 0755), 0); /* killed before it wrote anything */
	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	put(place, "tree.new/photo.jpg", "x");
	expect_refused(place, "is in the way");
	assert_true(holds(place, "tree.new/photo.jpg", "x") && holds(place, "tree/one", "1"));
}

static void test_two_at_once(void **state)
{
	const struct place *place = *state;
	struct boot_tree *tree;

	assert_int_equal(boot_tree_begin(place->dir, 1, &tree, NULL), 0);
	expect_refused(place, "another roost-pxe");
	assert_int_equal(boot_tree_add_text(tree, "one", "1", 1, NULL), 0);
	assert_int_equal(boot_tree_commit(tree, NULL), 0);
	boot_tree_free(tree);
	assert_true(holds(place, "tree/one", "1"));
}

static void test_given_up(void **state)
{
	const struct place *place = *state;
	struct boot_tree *tree;

	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(place->dir, 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_file_begin(tree, "two", NULL), 0);
	assert_int_equal(boot_tree_file_data(tree, "2", 1, NULL), 0);
	boot_tree_free(tree);
	assert_true(holds(place, "tree/one", "1") && !is_there(place, "tree.new"));
}

/* The disk gave something else back. */
static void test_read_back(void **state)
{
	const struct place *place = *state;
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	struct boot_tree *tree;

	assert_int_equal(write_tree(place, "one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(place->dir, 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_add_text(tree, "two", "2", 1, NULL), 0);
	put(place, "tree.new/two", "3");
	assert_int_equal(boot_tree_commit(tree, &problems), -1);
	boot_tree_free(tree);
	text = problems_text(&problems);
	assert_non_null(strstr(text, "is not what was written"));
	assert_true(holds(place, "tree/one", "1") && !is_there(place, "tree/two"));
}

static void test_space(void **state)
{
	const struct place *place = *state;
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	struct boot_tree *tree;

	assert_int_equal(boot_tree_begin(place->dir, UINT64_MAX / 2, &tree, &problems), -1);
	text = problems_text(&problems);
	assert_non_null(strstr(text, "are free"));
	assert_false(is_there(place, "tree.new"));
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_replace), test(test_empty_folder), test(test_not_ours), test(test_somebodys_file),
		test(test_somebodys_late_file), test(test_file_and_link), test(test_left_over),
		test(test_two_at_once), test(test_given_up), test(test_read_back), test(test_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
