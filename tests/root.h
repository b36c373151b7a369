// SPDX-License-Identifier: MIT
/*
 * A folder below /tmp for unit tests: a node's /, or a place for loose files. One at a time, made and removed
 * around each test (with_root) or around all (make_root and remove_root as the group's fixtures).
 */
#ifndef TESTS_ROOT_H
#define TESTS_ROOT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/file.h"

static char root[] = "/tmp/roost-test.XXXXXX";

static inline int make_root(void **state)
{
	(void)state;
	memcpy(strchr(root, '.'), ".XXXXXX", 7);
	return mkdtemp(root) ? 0 : -1;
}

static inline int remove_root(void **state)
{
	(void)state;
	return remove_tree(root, NULL);
}

#define with_root(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

/* A file below it, with its folders. */
static inline void put_mode(const char *path, mode_t mode, const char *text)
{
	autofree char *full = path_in_root(root, path);

	assert_true(path_exists(root)); /* the test is one with_root */
	assert_int_equal(file_write_text(full, mode, text, NULL), 0);
}

static inline void put(const char *path, const char *text)
{
	put_mode(path, 0644, text);
}

#endif
