// SPDX-License-Identifier: MIT
/*
 * Files from a volume that anybody may have plugged in: bounded, regular, and on the volume. (Finding
 * and mounting one needs a kernel that has its file system: the boot scenarios do that.)
 */
#include <sys/stat.h>

#include "tests/root.h"

#include "node/volume.h"

static int make(void **state)
{
	autofree char *ks = NULL, *fifo = NULL, *link = NULL, *up = NULL;

	if (make_root(state) < 0)
		return -1;
	ks = path_join(root, "ks.cfg");
	fifo = path_join(root, "fifo");
	link = path_join(root, "link");
	up = path_join(root, "up");
	return file_write_text(ks, 0644, "timezone UTC\n", NULL) < 0 || mkfifo(fifo, 0600) < 0 ||
	       symlink("/etc/passwd", link) < 0 || symlink("..", up) < 0 ? -1 : 0;
}

static const struct row {
	int line;
	const char *path;
	size_t max;
	int result;
	const char *text;       /* NULL: none */
} rows[] = {
	{ __LINE__, "ks.cfg", 100, VOLUME_READ, "timezone UTC\n" },
	{ __LINE__, "/ks.cfg", 13, VOLUME_READ, "timezone UTC\n" },
	{ __LINE__, "missing", 100, VOLUME_READ, NULL },
	{ __LINE__, "ks.cfg", 12, VOLUME_FAILED, NULL },
	{ __LINE__, "fifo", 100, VOLUME_FAILED, NULL },
	{ __LINE__, "link", 100, VOLUME_FAILED, NULL },
	{ __LINE__, "up/ks.cfg", 100, VOLUME_FAILED, NULL },
	{ __LINE__, "../ks.cfg", 100, VOLUME_FAILED, NULL },
	{ __LINE__, ".", 100, VOLUME_FAILED, NULL },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct volume_file file = { .path = rows[i].path, .max = rows[i].max };
		autoproblems struct problems problems = { 0 };
		int result = volume_read_folder(root, &file, 1, &problems);

		if (result != rows[i].result || !streq_null(file.text, rows[i].text) ||
		    (result == VOLUME_FAILED) != (problems_count(&problems) == 1))
			fail_msg("row of line %d: result %d, text <%s>", rows[i].line, result,
				 file.text ? file.text : "(null)");
		free(file.text);
	}
}

static void test_absent_volume(void **state)
{
	struct volume_file file = { .path = "ks.cfg", .max = 100 };
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(volume_read_folder("/nonexistent", &file, 1, &problems), VOLUME_ABSENT);
	assert_int_equal(volume_read("/dev/null", &file, 1, 5000, &problems), VOLUME_ABSENT);
	assert_int_equal(problems_count(&problems), 0);
}

/* No time at all: nothing answers in it. */
static void test_late_volume(void **state)
{
	struct volume_file file = { .path = "ks.cfg", .max = 100 };
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(volume_read("LABEL=OEMDRV", &file, 1, 0, &problems), VOLUME_LATE);
	assert_int_equal(problems_count(&problems), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_absent_volume),
		cmocka_unit_test(test_late_volume),
	};

	return cmocka_run_group_tests(tests, make, remove_root);
}
