// SPDX-License-Identifier: MIT
/*
 * Writing XML: text with what XML reserves escaped (https://www.w3.org/TR/xml/#syntax). Reading is
 * left to those who ask for XML.
 */
#ifndef COMMON_XML_H
#define COMMON_XML_H

#include "common/str.h"

/* The text, fit for an element's content and for an attribute's value in either kind of quotes. */
void xml_write_text(FILE *out, const char *text);
/* "    <NAME ATTRIBUTE='value'/>\n". A NULL value writes nothing. */
void xml_attribute_element(FILE *out, const char *name, const char *attribute, const char *value);
/* printf that knows %s only, and escapes each: xml_printf(out, "<source file='%s'/>\n", path). */
void xml_printf(FILE *out, const char *fmt, ...) printf_like(2, 3);
/* "<NAME>text</NAME>\n" */
void xml_text_element(FILE *out, const char *name, const char *text);

#endif
