// SPDX-License-Identifier: MIT
/*
 * Header lines of a hostile server. What is accepted has to hold to its bounds: a range lies within
 * its file, an ETag that may be sent back cannot begin a header of its own.
 */
#include "common/http_head.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_range(const struct http_range *range)
{
	if (range->first > range->last || range->last >= range->total)
		abort();
}

static void check_head(const struct http_head *head)
{
	if (head->has_range)
		check_range(&head->range);
	if (head->etag && strlen(head->etag) >= 256)
		abort();
	if (http_etag_is_strong(head->etag) && strpbrk(head->etag, "\r\n "))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	struct http_head head = { 0 };
	struct http_range range;
	const uint8_t *line = data, *end = data + size;

	while (line < end) {
		const uint8_t *newline = memchr(line, '\n', (size_t)(end - line));
		const uint8_t *next = newline ? newline + 1 : end;

		if (!http_head_line(&head, (const char *)line, (size_t)(next - line)) &&
		    head.bytes <= HTTP_HEAD_MAX)
			abort();
		check_head(&head);
		line = next;
	}
	http_head_done(&head);
	if (http_range_read(text, &range))
		check_range(&range);
	return 0;
}
