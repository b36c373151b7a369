// SPDX-License-Identifier: MIT
/*
 * What may stand in a kickstart at all, and small questions about its lines.
 */
#ifndef KICKSTART_TEXT_H
#define KICKSTART_TEXT_H

#include "common/str.h"

/*
 * NULL, or what is wrong with these bytes: they must be UTF-8 (RFC 3629: no overlong forms, no
 * surrogates) without control characters other than the tab. Messages, logs and the console may
 * then show any word as it is.
 */
const char *ks_text_error(const char *text, size_t len);

/* Whether the line's first word, white space skipped, is this one (no quotes). */
bool ks_first_word_is(const char *line, const char *word);

#endif
