// SPDX-License-Identifier: MIT
/* Texts from hardware and media, made fit to show; see clean.h. */
#include <ctype.h>

#include "common/clean.h"

/*
 * Length in bytes of the UTF-8 character at p (RFC 3629: shortest form, no surrogates, at most
 * U+10FFFF), or 0 when there is none.
 */
static size_t utf8_length(const unsigned char *p)
{
	static const struct {
		unsigned char mask, lead;
		unsigned long least;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		      { 0xf8, 0xf0, 0x10000 } };

	for (size_t n = 0; n < ARRAY_SIZE(forms); n++) {
		unsigned long code = p[0] & (unsigned char)~forms[n].mask;

		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		for (size_t i = 1; i <= n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (p[i] & 0x3f);
		}
		if (code < forms[n].least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return 0;
		return n + 1;
	}
	return 0;
}

char *clean_text(const char *raw, size_t max)
{
	autofree char *text = NULL;
	size_t len = 0;
	char *trimmed;

	if (!raw)
		return NULL;
	while (isspace((unsigned char)*raw))
		raw++;
	text = xmalloc(max + 1);
	while (*raw) {
		size_t n = utf8_length((const unsigned char *)raw);
		bool is_plain = n > 1 || (n == 1 && !iscntrl((unsigned char)*raw));

		if (len + (is_plain ? n : 1) > max)
			break;
		if (is_plain)
			memcpy(text + len, raw, n);
		else
			text[len] = '?';
		len += is_plain ? n : 1;
		raw += n ? n : 1;
	}
	text[len] = '\0';
	trimmed = str_trim(text);
	return *trimmed ? xstrdup(trimmed) : NULL;
}
