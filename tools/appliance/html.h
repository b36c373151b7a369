// SPDX-License-Identifier: MIT
/* Text into HTML. */
#ifndef APPLIANCE_HTML_H
#define APPLIANCE_HTML_H

#include <stdio.h>

/*
 * Writes text so that it is text in element content and in quoted attributes, whatever it holds;
 * control characters become "?". NULL writes nothing.
 */
void html_text(FILE *out, const char *text);

#endif
