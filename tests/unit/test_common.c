// SPDX-License-Identifier: MIT
/* Strings, files, processes, JSON, digests and clocks of libcommon. Tables report their own line. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/expect.h"
#include "tests/root.h"

#include "common/clean.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/json.h"
#include "common/process.h"
#include "common/timeline.h"
#include "common/transfer.h"

static void test_str_to_int(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool is_good;
		long long value;
	} rows[] = {
		{ __LINE__, "0", true, 0 },          { __LINE__, "42", true, 42 },
		{ __LINE__, "-7", true, -7 },        { __LINE__, "100", true, 100 },
		{ __LINE__, "101", false, 0 },       { __LINE__, "-8", false, 0 },
		{ __LINE__, "", false, 0 },          { __LINE__, " 1", false, 0 },
		{ __LINE__, "+1", false, 0 },        { __LINE__, "1x", false, 0 },
		{ __LINE__, "0x10", false, 0 },      { __LINE__, "-", false, 0 },
		{ __LINE__, "-0", false, 0 },        { __LINE__, "- 1", false, 0 },
		{ __LINE__, "99999999999999999999", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		long long value = -99;

		expect(&rows[i], str_to_int(rows[i].text, -7, 100, &value) == rows[i].is_good);
		expect(&rows[i], value == (rows[i].is_good ? rows[i].value : -99));
	}
}

static void test_split(void **state)
{
	static const struct {
		int line;
		const char *text;
		bool keep_empty;
		const char *joined;
	} rows[] = {
		{ __LINE__, "a,b,c", false, "a|b|c" }, { __LINE__, "", false, "" },
		{ __LINE__, "", true, "" },            { __LINE__, "a,,b,", false, "a|b" },
		{ __LINE__, "a,,b,", true, "a||b|" },  { __LINE__, "a;b", false, "a|b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autostrv char **v = strv_split(rows[i].text, ",;", rows[i].keep_empty);
		autofree char *joined = strv_join(v, "|");

		expect(&rows[i], streq(joined, rows[i].joined));
	}
}

static void test_file(void **state)
{
	autofree char *path = path_join(root, "a/b/file");
	autofree char *parent = path_join(root, "a/b");
	autofree char *data = NULL;
	autoproblems struct problems problems = { 0 };
	struct stat st;
	size_t len;

	(void)state;
	assert_int_equal(file_write_text(path, 0600, "hello\n", &problems), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_read(path, 6, &data, &len, &problems), 0);
	assert_string_equal(data, "hello\n");
	assert_true(file_has(path, "hello\n", 6));
	assert_false(file_has(path, "hello", 5));
	assert_int_equal(problems_count(&problems), 0);

	/* One byte too large is refused, not cut. */
	assert_int_equal(file_read(path, 5, &data, &len, &problems), -1);
	assert_non_null(strstr(problems.items[0], "at most 5 bytes"));

	/* A failed write leaves the old content and no temporary file. */
	assert_int_equal(file_write_text(parent, 0600, "x", NULL), -1);
	free(take_ptr(data));
	data = root;
	assert_int_equal(file_read_optional("/no/such/file", 5, &data, &len, &problems), 0);
	assert_null(data);
}

static void test_path_join(void **state)
{
	static const struct {
		int line;
		const char *folder, *name, *joined;
	} rows[] = {
		{ __LINE__, "/", "/etc/x", "/etc/x" },   { __LINE__, "/a", "b", "/a/b" },
		{ __LINE__, "/a/", "/b", "/a/b" },       { __LINE__, "", "b", "/b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *joined = path_join(rows[i].folder, rows[i].name);

		expect(&rows[i], streq(joined, rows[i].joined));
	}
}

static void collect_line(const char *line, void *userdata)
{
	strv_push(userdata, line);
}

static void test_process(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "cat; echo err >&2; exit 3", NULL };
	autoproblems struct problems problems = { 0 };
	autostrv char **lines = NULL;
	struct process_result result;
	struct process process = {
		.argv = argv, .input = "one\ntwo\n", .input_len = 8,
		.on_line = collect_line, .userdata = &lines,
	};

	(void)state;
	assert_int_equal(process_run(&process, &result, &problems), -1);
	assert_int_equal(result.status, 3);
	assert_string_equal(result.stdout_text, "one\ntwo\n");
	assert_string_equal(problems.items[0], "/bin/sh: exit status 3: err");
	assert_int_equal(strv_len(lines), 3);
	process_result_done(&result);
	assert_int_equal(process_call(NULL, "true", NULL), 0);
	assert_int_equal(process_call(&problems, "/no/such/program", NULL), -1);
	assert_non_null(strstr(problems.items[1], "program not found"));
}

static void test_process_deadline(void **state)
{
	/* The grandchild holds the pipe open and must not hold us. */
	const char *argv[] = { "/bin/sh", "-c", "tail --pid=$PPID -f /dev/null & tail --pid=$PPID -f /dev/null", NULL };
	autoproblems struct problems problems = { 0 };
	int64_t began = now_ms();

	(void)state;
	assert_int_equal(process_run(&(struct process){ .argv = argv, .timeout_ms = 200 }, NULL,
				     &problems), -1);
	assert_true(now_ms() - began < 5000);
	assert_non_null(strstr(problems.items[0], "without an end"));
}

static void test_json(void **state)
{
	static const struct {
		int line;
		const char *text;
		const char *expected; /* part of the problem; NULL when it is good */
	} rows[] = {
		{ __LINE__, "{\"name\": \"n\", \"count\": 3}", NULL },
		{ __LINE__, "[1]", "expected a JSON object" },
		{ __LINE__, "{\"name\": \"n\"", "not JSON" },
		{ __LINE__, "\x01\x1b[2J", "near '?'" },
		{ __LINE__, "{\"name\": \"n\", \"name\": \"m\"}", "duplicate" },
		{ __LINE__, "{\"name\": 4}", "\"name\": expected a string" },
		{ __LINE__, "{\"name\": \"much too long\"}", "longer than 8 bytes" },
		{ __LINE__, "{\"count\": 3}", "\"name\" is missing" },
		{ __LINE__, "{\"name\": \"n\", \"count\": 11}", "whole number from 0 to 10" },
		{ __LINE__, "{\"name\": \"n\", \"count\": 1.5}", "whole number from 0 to 10" },
		{ __LINE__, "{\"name\": \"a\\u0000b\"}", "not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		autojson json_t *value = json_read(rows[i].text, strlen(rows[i].text), 100, "reply",
						   &problems);
		const char *name;
		long long count;

		if (value && json_get_string(value, "name", 8, &name, "reply", &problems) == 0)
			json_get_int(value, "count", 0, 10, &count, "reply", &problems);
		expect(&rows[i], (problems_count(&problems) == 0) == !rows[i].expected);
		if (rows[i].expected)
			expect(&rows[i], strstr(problems.items[0], rows[i].expected));
	}
}

static void test_digest(void **state)
{
	/* FIPS 180-2, appendix B.1 */
	autofree char *sum = sha256_text("abc", 3);
	struct digest *one = digest_new(), *other = digest_new();

	(void)state;
	assert_string_equal(sum,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_add_text(one, "ab");
	digest_add_text(one, "c");
	digest_add_text(other, "a");
	digest_add_text(other, "bc");
	autofree char *a = digest_end(one);
	autofree char *b = digest_end(other);
	assert_string_not_equal(a, b);
}

static void test_backoff(void **state)
{
	struct backoff backoff = { .first_ms = 1000, .max_ms = 8000 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		int64_t full = i > 3 ? 8000 : 1000 << i;
		int64_t delay = backoff_next_ms(&backoff, 0);

		assert_in_range(delay, full / 2, full);
	}
	assert_in_range(backoff_next_ms(&backoff, 60000), 60000, 66000);
	backoff_reset(&backoff);
	assert_in_range(backoff_next_ms(&backoff, 0), 500, 1000);
}

/* Thousands that fail in the same second: no tenth of the window stays empty or takes a fifth of them. */
static void test_wide_backoff_spreads(void **state)
{
	enum { DRAWS = 1000, FIRST = 1000, MAX = 32000, RETRY_AFTER = 5000 };
	unsigned bins[10] = { 0 };

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		struct backoff backoff = { .first_ms = FIRST, .max_ms = MAX, .is_wide = true };
		int64_t delay = backoff_next_ms(&backoff, 0);

		assert_in_range(delay, FIRST / 2, FIRST);
		for (int j = 0; j < 20; j++)
			assert_in_range(backoff_next_ms(&backoff, 0), FIRST / 2, MAX);
		delay = backoff_next_ms(&backoff, RETRY_AFTER) - RETRY_AFTER;
		assert_in_range(delay, FIRST / 2, MAX);
		bins[(delay - FIRST / 2) * 10 / (MAX - FIRST / 2 + 1)]++;
	}
	for (size_t i = 0; i < ARRAY_SIZE(bins); i++)
		assert_in_range(bins[i], 1, DRAWS / 5);
}

static void test_sha256_parse(void **state)
{
	static const char plain[] = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
	autofree char *lower = sha256_parse(plain), *with_colons = NULL, *too_long = NULL;
	autofree char *of_nothing = sha256_text("", 0), *colons = xstrdup("");

	(void)state;
	assert_string_equal(lower, of_nothing);
	for (int i = 0; i < 32; i++) {
		char *more = xasprintf("%s%s%.2s", colons, i ? ":" : "", plain + 2 * i);

		free(colons);
		colons = more;
	}
	with_colons = sha256_parse(colons);
	assert_string_equal(with_colons, of_nothing);
	too_long = xasprintf("%s0", plain);
	assert_null(sha256_parse(too_long));
	assert_null(sha256_parse(plain + 1));
	assert_null(sha256_parse(""));
	colons[strlen(colons) - 1] = ':';
	assert_null(sha256_parse(colons));
}

static void test_digest_so_far(void **state)
{
	struct digest *digest = digest_new();
	autofree char *half = NULL, *whole = NULL, *want_half = sha256_text("ab", 2);
	autofree char *want_whole = sha256_text("abcd", 4);

	(void)state;
	digest_add(digest, "ab", 2);
	half = digest_so_far(digest);
	digest_add(digest, "cd", 2);
	whole = digest_end(digest);
	assert_string_equal(half, want_half);
	assert_string_equal(whole, want_whole);
	digest_free(NULL);
}

static void test_timeline(void **state)
{
	(void)state;
	timeline_mark(root, "network", "br0 %s", "10.0.2.15\nnext");
	timeline_mark(root, "ready", "%s", "");
	autojson json_t *events = timeline_json(root);

	assert_int_equal(json_array_size(events), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 0), "text")),
			    "br0 10.0.2.15 next");
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 1), "event")),
			    "ready");
}

static void test_size_text(void **state)
{
	static const struct {
		int line;
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ __LINE__, 0, "0 bytes" },            { __LINE__, 999, "999 bytes" },
		{ __LINE__, 1000, "1.0 kB" },          { __LINE__, 999949, "999.9 kB" },
		{ __LINE__, 999950, "1.0 MB" },        { __LINE__, 112699392, "112.7 MB" },
		{ __LINE__, 15514730496, "15.5 GB" },  { __LINE__, UINT64_MAX, "18.4 EB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = size_text(rows[i].bytes);

		expect(&rows[i], streq(text, rows[i].text));
	}
}

/* One second a step; then what is told. */
static void test_transfer(void **state)
{
	static const struct {
		int line;
		uint64_t total;
		uint64_t steps[4];
		size_t count;
		const char *text;
	} rows[] = {
		{ __LINE__, 100000000, { 0 }, 0, "0 %, 0.0 of 100.0 MB" },
		{ __LINE__, 100000000, { 10000000 }, 1, "10 %, 10.0 of 100.0 MB, 10.0 MB/s, 9 s left" },
		{ __LINE__, 100000000, { 10000000, 14000000 }, 2,
		  "14 %, 14.0 of 100.0 MB, 8.0 MB/s, 11 s left" },
		{ __LINE__, 9000000000, { 10000000 }, 1, "0 %, 0.0 of 9.0 GB, 10.0 MB/s, 15 min left" },
		{ __LINE__, 100, { 50, 100 }, 2, "100 %, 100.0 of 100.0 bytes, 50 bytes/s" },
		{ __LINE__, 0, { 5000 }, 1, "5.0 kB, 5.0 kB/s" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct transfer transfer;
		autofree char *text = NULL;

		transfer_begin(&transfer, rows[i].total, 0);
		for (size_t step = 0; step < rows[i].count; step++)
			transfer_update(&transfer, rows[i].steps[step], 1000 * (int64_t)(step + 1));
		text = transfer_text(&transfer);
		expect(&rows[i], streq(text, rows[i].text));
	}
}

static void test_clean_text(void **state)
{
	static const struct {
		int line;
		const char *raw;
		size_t max;
		const char *text;
	} rows[] = {
		{ __LINE__, "  SanDisk Ultra  ", 32, "SanDisk Ultra" },
		{ __LINE__, "a\033[2Jb", 32, "a?[2Jb" },      { __LINE__, "\xff\xfe", 32, "??" },
		{ __LINE__, "Gr\xc3\xbc\xc3\x9f", 4, "Gr\xc3\xbc" }, { __LINE__, "   ", 32, NULL },
		{ __LINE__, NULL, 32, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = clean_text(rows[i].raw, rows[i].max);

		expect(&rows[i], streq_null(text, rows[i].text));
	}
}

/* Something else on the machine is renamed all the time; ended by the test. */
static pid_t start_renaming(void)
{
	autofree char *a = path_in_root(root, "/moving"), *b = path_in_root(root, "/moved");
	pid_t pid;

	put("/moving/file", "");
	pid = fork();
	while (pid == 0)
		if (rename(a, b) < 0 || rename(b, a) < 0)
			_exit(1);
	return pid;
}

/* The link goes up and down again, as an image's link to its loader does. */
static void test_open_resolved(void **state)
{
	autofree char *link_path = path_in_root(root, "/bounds/a/link");
	autoclose int folder = -1;
	unsigned opened = 0;
	pid_t pid;

	(void)state;
	put("/bounds/a/file", "");
	put("/bounds/b/file", "");
	assert_int_equal(symlink("../b/../b/../b/../b/file", link_path), 0);
	folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	pid = start_renaming();
	for (unsigned i = 0; i < 20000; i++) {
		autoclose int fd = open_resolved(folder, "/bounds/a/link", O_PATH | O_CLOEXEC, RESOLVE_IN_ROOT);

		opened += fd >= 0;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(opened, 20000);
	assert_int_equal(open_resolved(folder, "bounds/../../x", O_PATH | O_CLOEXEC, RESOLVE_BENEATH), -1);
	assert_int_equal(errno, EXDEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str_to_int), cmocka_unit_test(test_split),
		cmocka_unit_test(test_file),       cmocka_unit_test(test_path_join),
		cmocka_unit_test(test_process),    cmocka_unit_test(test_process_deadline),
		cmocka_unit_test(test_json),       cmocka_unit_test(test_digest),
		cmocka_unit_test(test_size_text),  cmocka_unit_test(test_transfer),
		cmocka_unit_test(test_clean_text), cmocka_unit_test(test_open_resolved),
		cmocka_unit_test(test_backoff),    cmocka_unit_test(test_timeline),
		cmocka_unit_test(test_wide_backoff_spreads),
		cmocka_unit_test(test_sha256_parse), cmocka_unit_test(test_digest_so_far),
	};

	return cmocka_run_group_tests_name("common", tests, make_root, remove_root);
}
