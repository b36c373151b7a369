// SPDX-License-Identifier: MIT
/* Which bytes a kickstart may hold; see text.h. */
#include <stdint.h>

#include "kickstart/text.h"

/* Length of the UTF-8 sequence at p (n bytes are left), or 0 when it is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	/* the smallest code point of each length: anything below is an overlong form */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t code = p[0] & (0x7fu >> len);

	if (len <= 1)
		return len;
	if (len > n || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fu);
	}
	if (code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return len;
}

const char *ks_text_error(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;

	while (len > 0) {
		size_t n = utf8_length(p, len);

		if (n == 0)
			return "the line is not UTF-8 text";
		if ((p[0] < 0x20 && p[0] != '\t') || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0))
			return "the line holds a control character";
		p += n;
		len -= n;
	}
	return NULL;
}

bool ks_first_word_is(const char *line, const char *word)
{
	const char *rest;

	line += strspn(line, " \t");
	rest = str_after(line, word);
	return rest && (*rest == '\0' || *rest == ' ' || *rest == '\t');
}
