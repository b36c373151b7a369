// SPDX-License-Identifier: MIT
/*
 * What the client needs of an answer's headers, RFC 9110:
 *   ETag (8.8.3) = [ "W/" ] DQUOTE { visible character but DQUOTE } DQUOTE
 *   Content-Range (14.4) = "bytes" SP ( FIRST "-" LAST "/" ( TOTAL | "*" ) | "*" "/" TOTAL )
 */
#ifndef COMMON_HTTP_HEAD_H
#define COMMON_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_MAX (64 * 1024) /* bytes of all header lines of one exchange */

struct http_range {
	uint64_t first, last;     /* last included */
	uint64_t total;           /* of the whole file; UINT64_MAX: the server does not know */
};

struct http_head {
	long status;
	char *etag;               /* as it came, trimmed, shorter than 256 bytes; NULL when absent */
	bool has_range;           /* a Content-Range that can be read, and range is it */
	struct http_range range;
	int64_t content_length;   /* of this body; -1: not announced */
	size_t bytes;             /* of all lines up to now, those of interim answers too */
};

/*
 * Takes one header line, not NUL-terminated, in any order. A status line begins anew, but for `bytes`.
 * False when there have been more than HTTP_HEAD_MAX bytes.
 */
bool http_head_line(struct http_head *head, const char *line, size_t len);
void http_head_done(struct http_head *head);

/* True with *ret set for a Content-Range of one part: FIRST <= LAST < TOTAL. */
bool http_range_read(const char *text, struct http_range *ret);
/* A strong one that is well formed: it may be sent back in If-Range (13.1.5). NULL is none. */
bool http_etag_is_strong(const char *etag);

#endif
