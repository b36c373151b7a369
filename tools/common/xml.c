// SPDX-License-Identifier: MIT
/* XML's escapes, and the two shapes of element that are written with them; see xml.h. */
#include "common/xml.h"

void xml_write_text(FILE *out, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
			 { '\'', "&apos;" }, { '"', "&quot;" } };

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			if (entities[i].c == *text)
				entity = entities[i].entity;
		if (entity)
			fputs(entity, out);
		else
			fputc(*text, out);
	}
}

void xml_printf(FILE *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		if (*fmt != '%')
			fputc(*fmt, out);
		else if (*++fmt == 's')
			xml_write_text(out, va_arg(ap, const char *));
		else
			abort(); /* a mistake of the caller that no input can bring about */
	}
	va_end(ap);
}

void xml_attribute_element(FILE *out, const char *name, const char *attribute, const char *value)
{
	if (value)
		xml_printf(out, "    <%s %s='%s'/>\n", name, attribute, value);
}

void xml_text_element(FILE *out, const char *name, const char *text)
{
	xml_printf(out, "<%s>%s</%s>\n", name, text, name);
}
