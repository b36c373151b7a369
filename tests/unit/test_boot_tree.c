// SPDX-License-Identifier: MIT
/*
 * Replacing a folder in one piece: readers see the old tree or the new one, and nothing that somebody
 * else put there is ever lost.
 */
#include <sys/stat.h>

#include "media/boot_tree.h"
#include "tests/root.h"

/* The tree is ROOT/tree. Valid until the test ends. */
static const char *dir(void)
{
	static char path[sizeof(root) + 8];

	snprintf(path, sizeof(path), "%s/tree", root);
	return path;
}

static bool holds(const char *name, const char *text)
{
	autofree char *path = path_in_root(root, name);

	return file_has(path, text, strlen(text));
}

static bool is_there(const char *name)
{
	autofree char *path = path_in_root(root, name);

	return path_exists(path);
}

/* A tree with one file besides those that every tree has. */
static int write_tree(const char *name, const char *text, struct problems *problems)
{
	struct boot_tree *tree;
	int r = boot_tree_begin(dir(), strlen(text), &tree, problems);

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

static void expect_refused(const char *expected)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;

	assert_int_equal(write_tree("new", "n", &problems), -1);
	text = problems_text(&problems);
	if (!strstr(text, expected))
		fail_msg("expected \"%s\", got %s", expected, text);
	assert_false(is_there("tree/new"));
}

static void test_replace(void **state)
{
	autofree char *list = path_in_root(root, "tree/" BOOT_TREE_LIST), *text = NULL;

	(void)state;
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_true(holds("tree/one", "1") && holds("tree/a/common", "c"));
	assert_int_equal(write_tree("two", "2", NULL), 0);
	assert_true(holds("tree/two", "2") && !is_there("tree/one"));
	assert_false(is_there("tree.new"));
	assert_int_equal(file_read(list, 4096, &text, NULL, NULL), 0);
	assert_non_null(strstr(text, "  two\n"));
}

static void test_empty_folder(void **state)
{
	(void)state;
	assert_int_equal(mkdir(dir(), 0755), 0);
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_true(holds("tree/one", "1"));
}

static void test_not_ours(void **state)
{
	(void)state;
	put("tree/photo.jpg", "x");
	expect_refused("did not write");
	assert_true(holds("tree/photo.jpg", "x") && !is_there("tree.new"));
}

static void test_somebodys_file(void **state)
{
	(void)state;
	assert_int_equal(write_tree("one", "1", NULL), 0);
	put("tree/a/01-52-54-00-12-34-56", "x");
	expect_refused("would be lost: a/01-52-54-00-12-34-56");
	assert_true(holds("tree/one", "1") && holds("tree/a/01-52-54-00-12-34-56", "x"));
}

/* While the new one was being written, too. */
static void test_somebodys_late_file(void **state)
{
	autoproblems struct problems problems = { 0 };
	struct boot_tree *tree;

	(void)state;
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(dir(), 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_add_text(tree, "two", "2", 1, NULL), 0);
	put("tree/late", "x");
	assert_int_equal(boot_tree_commit(tree, &problems), -1);
	boot_tree_free(tree);
	assert_true(holds("tree/one", "1") && holds("tree/late", "x"));
	assert_false(is_there("tree.new"));
}

static void test_file_and_link(void **state)
{
	(void)state;
	put("tree", "x");
	expect_refused("expected a folder");
	assert_int_equal(unlink(dir()), 0);
	assert_int_equal(symlink("/nowhere", dir()), 0);
	expect_refused("expected a folder");
}

/* What a run that was killed leaves is removed; what somebody else has under that name is not. */
static void test_left_over(void **state)
{
	autofree char *fresh = path_in_root(root, "tree.new");

	(void)state;
	put("tree.new/" BOOT_TREE_LIST, "# not complete\n");
	put("tree.new/half", "x");
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_true(holds("tree/one", "1") && !is_there("tree/half"));
	assert_int_equal(mkdir(fresh, 0755), 0); /* killed before it wrote anything */
	assert_int_equal(write_tree("one", "1", NULL), 0);
	put("tree.new/photo.jpg", "x");
	expect_refused("is in the way");
	assert_true(holds("tree.new/photo.jpg", "x") && holds("tree/one", "1"));
}

static void test_two_at_once(void **state)
{
	struct boot_tree *tree;

	(void)state;
	assert_int_equal(boot_tree_begin(dir(), 1, &tree, NULL), 0);
	expect_refused("another roost-pxe");
	assert_int_equal(boot_tree_add_text(tree, "one", "1", 1, NULL), 0);
	assert_int_equal(boot_tree_commit(tree, NULL), 0);
	boot_tree_free(tree);
	assert_true(holds("tree/one", "1"));
}

static void test_given_up(void **state)
{
	struct boot_tree *tree;

	(void)state;
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(dir(), 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_file_begin(tree, "two", NULL), 0);
	assert_int_equal(boot_tree_file_data(tree, "2", 1, NULL), 0);
	boot_tree_free(tree);
	assert_true(holds("tree/one", "1") && !is_there("tree.new"));
}

/* The disk gave something else back. */
static void test_read_back(void **state)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	struct boot_tree *tree;

	(void)state;
	assert_int_equal(write_tree("one", "1", NULL), 0);
	assert_int_equal(boot_tree_begin(dir(), 1, &tree, NULL), 0);
	assert_int_equal(boot_tree_add_text(tree, "two", "2", 1, NULL), 0);
	put("tree.new/two", "3");
	assert_int_equal(boot_tree_commit(tree, &problems), -1);
	boot_tree_free(tree);
	text = problems_text(&problems);
	assert_non_null(strstr(text, "is not what was written"));
	assert_true(holds("tree/one", "1") && !is_there("tree/two"));
}

static void test_space(void **state)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	struct boot_tree *tree;

	(void)state;
	assert_int_equal(boot_tree_begin(dir(), UINT64_MAX / 2, &tree, &problems), -1);
	text = problems_text(&problems);
	assert_non_null(strstr(text, "are free"));
	assert_false(is_there("tree.new"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(test_replace),
		with_root(test_empty_folder),
		with_root(test_not_ours),
		with_root(test_somebodys_file),
		with_root(test_somebodys_late_file),
		with_root(test_file_and_link),
		with_root(test_left_over),
		with_root(test_two_at_once),
		with_root(test_given_up),
		with_root(test_read_back),
		with_root(test_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
