// SPDX-License-Identifier: MIT
/* Header lines of an answer; see http_head.h. */
#include <ctype.h>
#include <limits.h>
#include <strings.h>

#include "common/http_head.h"
#include "common/str.h"

#define VALUE_MAX 256

/* The trimmed value when the line is of the header `name`; NULL otherwise, and for one that is too long. */
static char *value_of(const char *line, size_t len, const char *name)
{
	size_t name_len = strlen(name);
	autofree char *value = NULL;

	if (len <= name_len || len >= VALUE_MAX || line[name_len] != ':' ||
	    strncasecmp(line, name, name_len) != 0)
		return NULL;
	value = xstrndup(line + name_len + 1, len - name_len - 1);
	return xstrdup(str_trim(value));
}

/* Digits only: str_to_int's signs and spaces are no part of the grammar. Moves *text behind them. */
static bool read_number(const char **text, uint64_t *ret)
{
	size_t digits = strspn(*text, "0123456789");
	autofree char *number = xstrndup(*text, digits);
	long long value;

	if (!str_to_int(number, 0, LLONG_MAX, &value))
		return false;
	*text += digits;
	*ret = (uint64_t)value;
	return true;
}

bool http_range_read(const char *text, struct http_range *ret)
{
	const char *p = str_after(text, "bytes ");
	struct http_range range = { .total = UINT64_MAX };

	if (!p || !read_number(&p, &range.first) || *p++ != '-' || !read_number(&p, &range.last) ||
	    *p++ != '/')
		return false;
	if (*p == '*')
		p++;
	else if (!read_number(&p, &range.total))
		return false;
	if (*p || range.first > range.last || range.last >= range.total)
		return false;
	*ret = range;
	return true;
}

bool http_etag_is_strong(const char *etag)
{
	size_t len = etag ? strlen(etag) : 0;

	if (len < 2 || etag[0] != '"' || etag[len - 1] != '"')
		return false;
	for (size_t i = 1; i < len - 1; i++)
		if (!isgraph((unsigned char)etag[i]) || etag[i] == '"')
			return false;
	return true;
}

static void begin_anew(struct http_head *head)
{
	size_t bytes = head->bytes;

	http_head_done(head);
	head->bytes = bytes;
}

bool http_head_line(struct http_head *head, const char *line, size_t len)
{
	autofree char *etag = value_of(line, len, "ETag");
	autofree char *range = value_of(line, len, "Content-Range");

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		begin_anew(head);
	if (etag) {
		free(head->etag);
		head->etag = take_ptr(etag);
	}
	if (range)
		head->has_range = http_range_read(range, &head->range);
	head->bytes += len;
	return head->bytes <= HTTP_HEAD_MAX;
}

void http_head_done(struct http_head *head)
{
	free(head->etag);
	*head = (struct http_head){ .content_length = -1 };
}
