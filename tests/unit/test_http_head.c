// SPDX-License-Identifier: MIT
/* Headers of answers that a download goes by: which bytes these are, and of which version. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "common/http_head.h"
#include "common/str.h"

#define NO_TOTAL UINT64_MAX

static const struct {
	int line;
	const char *text;
	bool is_good;
	struct http_range range;
} ranges[] = {
	{ __LINE__, "bytes 0-0/1", true, { 0, 0, 1 } },
	{ __LINE__, "bytes 100-199/200", true, { 100, 199, 200 } },
	{ __LINE__, "bytes 100-199/*", true, { 100, 199, NO_TOTAL } },
	{ __LINE__, "bytes 0-9223372036854775806/9223372036854775807", true,
	  { 0, INT64_MAX - 1, INT64_MAX } },
	{ __LINE__, "bytes 0-9223372036854775807/9223372036854775808", false },
	{ __LINE__, "bytes 0-18446744073709551616/18446744073709551617", false },
	{ __LINE__, "bytes 100-99/200", false },
	{ __LINE__, "bytes 100-200/200", false },
	{ __LINE__, "bytes */200", false },
	{ __LINE__, "bytes */*", false },
	{ __LINE__, "bytes 1-2/3 ", false },
	{ __LINE__, "bytes 1-2/3, 4-5/6", false },
	{ __LINE__, "bytes  1-2/3", false },
	{ __LINE__, "bytes=1-2/3", false },
	{ __LINE__, "bytes -1-2/3", false },
	{ __LINE__, "bytes +1-2/3", false },
	{ __LINE__, "bytes 1-2", false },
	{ __LINE__, "bytes 1-/3", false },
	{ __LINE__, "bytes -2/3", false },
	{ __LINE__, "bytes 1-2/", false },
	{ __LINE__, "bytes 0x1-2/3", false },
	{ __LINE__, "items 1-2/3", false },
	{ __LINE__, "", false },
};

static void test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct http_range range = { 7, 7, 7 };
		const struct http_range *want = &ranges[i].range;
		bool is_good = http_range_read(ranges[i].text, &range);

		if (is_good != ranges[i].is_good)
			fail_msg("line %d: %s", ranges[i].line, ranges[i].text);
		if (is_good ? range.first != want->first || range.last != want->last ||
				      range.total != want->total :
			      range.first != 7 || range.total != 7)
			fail_msg("line %d: got another range", ranges[i].line);
	}
}

static void test_etags(void **state)
{
	static const struct {
		int line;
		const char *etag;
		bool is_strong;
	} rows[] = {
		{ __LINE__, "\"\"", true },         { __LINE__, "\"5e-2a\"", true },
		{ __LINE__, "W/\"5e\"", false },    { __LINE__, "\"", false },
		{ __LINE__, "", false },            { __LINE__, NULL, false },
		{ __LINE__, "5e", false },          { __LINE__, "\"a b\"", false },
		{ __LINE__, "\"a\"b\"", false },    { __LINE__, "\"a\r\nX: y\"", false },
		{ __LINE__, "\"\x7f\"", false },    { __LINE__, "\"\xc3\xa9\"", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (http_etag_is_strong(rows[i].etag) != rows[i].is_strong)
			fail_msg("line %d", rows[i].line);
}

static bool feed(struct http_head *head, const char *line)
{
	return http_head_line(head, line, strlen(line));
}

static void test_lines(void **state)
{
	struct http_head head = { 0 };

	(void)state;
	assert_true(feed(&head, "HTTP/1.1 103 Early Hints\r\n"));
	assert_true(feed(&head, "ETag: \"early\"\r\n"));
	assert_true(feed(&head, "HTTP/1.1 206 Partial Content\r\n"));
	assert_null(head.etag);
	assert_true(feed(&head, "ETags: \"other\"\r\n"));
	assert_true(feed(&head, "X-ETag: \"other\"\r\n"));
	assert_null(head.etag);
	assert_true(feed(&head, "etag:\t\"one\" \r\n"));
	assert_string_equal(head.etag, "\"one\"");
	assert_true(feed(&head, "Content-Range: bytes 5-9/10\r\n"));
	assert_true(head.has_range);
	assert_int_equal(head.range.first, 5);
	/* The last one counts, also when it cannot be read. */
	assert_true(feed(&head, "content-range: bytes 5-10/10\r\n"));
	assert_false(head.has_range);
	assert_true(feed(&head, "\r\n"));
	http_head_done(&head);
	assert_null(head.etag);
}

static void test_lines_are_bounded(void **state)
{
	struct http_head head = { 0 };
	autofree char *line = xmalloc(1001);
	int n = 0;

	(void)state;
	memset(line, 'x', 1000);
	memcpy(line, "ETag: ", 6);
	line[1000] = '\0';
	while (feed(&head, line) && n < 1000)
		n++;
	assert_int_equal(n, HTTP_HEAD_MAX / 1000);
	assert_null(head.etag); /* too long to be one */
	/* Interim answers without end are one head. */
	assert_false(feed(&head, "HTTP/1.1 100 Continue\r\n"));
	http_head_done(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_etags),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_are_bounded),
	};

	return cmocka_run_group_tests_name("http_head", tests, NULL, NULL);
}
