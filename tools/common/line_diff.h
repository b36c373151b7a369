// SPDX-License-Identifier: MIT
/*
 * The difference of two short texts, line by line, for people.
 */
#ifndef COMMON_LINE_DIFF_H
#define COMMON_LINE_DIFF_H

#include <stdio.h>

/*
 * Prints every line of both texts, "  " before what is in both, "- " before what is only in `before`,
 * "+ " before what is only in `after` (the longest common subsequence stays). NULL is an empty text. For
 * configuration files: beyond 2000 lines on either side all lines are shown as replaced.
 */
void line_diff_print(FILE *out, const char *before, const char *after);

#endif
