// SPDX-License-Identifier: MIT
/* Journal entries as syslog messages (RFC 5424, RFC 6587), whatever the one who logs has written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "node/log_entry.h"

#define AT 1795219200000001 /* microseconds: 2026-11-21 00:00:00.000001 UTC */
#define TIME "1 2026-11-21T00:00:00.000001Z "

static const struct row {
	unsigned line;
	int priority, facility;
	const char *host, *name, *pid, *message;
	const char *frame; /* behind the length and the space */
} rows[] = {
	{ __LINE__, 6, 3, "node1", "roost-agent", "123", "registered",
	  "<30>" TIME "node1 roost-agent 123 - - registered" },
	{ __LINE__, 0, 0, "node1", "kernel", NULL, "panic", "<0>" TIME "node1 kernel - - - panic" },
	{ __LINE__, -1, -1, NULL, NULL, NULL, NULL, "<30>" TIME "- - - - - " },
	{ __LINE__, 8, 24, "", "", "", "", "<30>" TIME "- - - - - " },
	{ __LINE__, 7, 23, "node1", "x", "1", "debug", "<191>" TIME "node1 x 1 - - debug" },
	/* Nobody forges a header or a line. */
	{ __LINE__, 6, 3, "a b", "c\nd", "\033", "one\n<0>1 two\r\033[2J\tthree\n\n",
	  "<30>" TIME "a?b c?d ? - - one#012<0>1 two#015#033[2J\tthree" },
	{ __LINE__, 6, 3, "n\xc3\xb6", "p", "1", "gr\xc3\xbc\xc3\x9f\x65", "<30>" TIME "n?? p 1 - - gr\xc3\xbc\xc3\x9f\x65" },
	{ __LINE__, 6, 3, "node1", "a-name-that-is-longer-than-the-48-bytes-which-syslog-takes", "1", "m",
	  "<30>" TIME "node1 a-name-that-is-longer-than-the-48-bytes-which-sy 1 - - m" },
};

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		autoentry struct log_entry entry = {
			.realtime_us = AT, .priority = row->priority, .facility = row->facility,
			.host = copy(row->host), .name = copy(row->name), .pid = copy(row->pid),
			.message = copy(row->message), .message_len = row->message ? strlen(row->message) : 0,
		};
		autofree char *expected = xasprintf("%zu %s", strlen(row->frame), row->frame);
		size_t len;
		autofree char *frame = log_entry_frame(&entry, &len);

		if (!streq(frame, expected) || len != strlen(expected))
			fail_msg("row of line %u: %s", row->line, frame);
	}
}

/* The length counts bytes, NUL among them, and a cut leaves no half of a character. */
static void test_length(void **state)
{
	autoentry struct log_entry entry = { .realtime_us = AT, .message = xmalloc(3 * LOG_MESSAGE_MAX) };
	size_t len;
	autofree char *with_nul = NULL, *cut = NULL;

	(void)state;
	memcpy(entry.message, "a\0b", 3);
	entry.message_len = 3;
	with_nul = log_entry_frame(&entry, &len);
	assert_non_null(strstr(with_nul, " - - a#000b"));
	for (size_t i = 0; i < LOG_MESSAGE_MAX; i++)
		memcpy(entry.message + 3 * i, "\xe2\x82\xac", 3);
	entry.message_len = 3 * LOG_MESSAGE_MAX;
	cut = log_entry_frame(&entry, &len);
	assert_in_range(strtoul(cut, NULL, 10), LOG_MESSAGE_MAX - 2, LOG_MESSAGE_MAX);
	assert_int_equal(strtoul(cut, NULL, 10), len - 5);
	assert_memory_equal(cut + len - 3, "\xe2\x82\xac", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests_name("log_entry", tests, NULL, NULL);
}
