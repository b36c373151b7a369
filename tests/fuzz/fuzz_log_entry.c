// SPDX-License-Identifier: MIT
/*
 * Entries of the journal, which anyone on the host may write, on their way to a receiver of logs: the input's lines are
 * host, name, pid, and the message is all the rest, whatever bytes it has. A frame is as long as it says, within
 * its bound, one line, and its header has the fields that RFC 5424 wants.
 */
#include <stdint.h>

#include "node/log_entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Up to the next newline, without zero bytes: NULL at the end, as a field that the entry lacks. */
static char *next_line(const char **at, const char *end)
{
	const char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
	char *line = newline ? xstrndup(*at, (size_t)(newline - *at)) : NULL;

	*at = newline ? newline + 1 : *at;
	return line;
}

/* "LENGTH <PRIORITY>1 TIME HOST NAME PID - - MESSAGE" */
static void check_frame(const char *frame, size_t len)
{
	char *rest;
	unsigned long long told = strtoull(frame, &rest, 10);
	size_t digits = (size_t)(rest - frame);
	int spaces = 0;

	require(digits > 0 && *rest == ' ' && told == len - digits - 1 && told <= LOG_MESSAGE_MAX);
	require(rest[1] == '<' && strchr("0123456789", rest[2]));
	for (size_t i = digits + 1; i < len; i++) {
		unsigned char c = (unsigned char)frame[i];

		require(c == '\t' || (c >= ' ' && c != 0x7f));
		if (spaces < 7 && c == ' ')
			spaces++;
		else if (spaces < 7)
			require(c > ' ' && c < 0x7f);
	}
	require(spaces == 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	autoentry struct log_entry entry = { 0 };
	autofree char *frame = NULL;
	size_t len;

	if (size >= 3) {
		entry.priority = (signed char)data[0];
		entry.facility = (signed char)data[1];
		entry.realtime_us = (uint64_t)data[2] << (data[2] % 56);
		at += 3;
	}
	entry.host = next_line(&at, end);
	entry.name = next_line(&at, end);
	entry.pid = next_line(&at, end);
	if (at < end) {
		entry.message_len = (size_t)(end - at);
		entry.message = xmalloc(entry.message_len);
		memcpy(entry.message, at, entry.message_len);
	}
	frame = log_entry_frame(&entry, &len);
	check_frame(frame, len);
	return 0;
}
