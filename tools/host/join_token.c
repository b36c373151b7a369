// SPDX-License-Identifier: MIT
/* The join token; see join_token.h. */
#include "host/join_token.h"

static bool is_blank(char c)
{
	return strchr(" \t\r\n", c) && c != '\0';
}

char *join_token_read(const char *text, size_t len)
{
	while (len > 0 && is_blank(*text)) {
		text++;
		len--;
	}
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return NULL;
	return len ? xstrndup(text, len) : NULL;
}
