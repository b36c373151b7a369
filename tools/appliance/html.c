// SPDX-License-Identifier: MIT
/* Text into HTML; see html.h. */
#include "appliance/html.h"

static const char *entity_of(unsigned char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *out, const char *text)
{
	for (const char *p = text; p && *p; p++) {
		unsigned char c = (unsigned char)*p;
		const char *entity = entity_of(c);

		if (entity)
			fputs(entity, out);
		else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			fputc('?', out);
		else
			fputc(c, out);
	}
}
