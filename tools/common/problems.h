// SPDX-License-Identifier: MIT
/*
 * What is wrong, collected. Libraries add to a list and return -1; programs print the list, once.
 * A problem says what, where (file:line, key, device), and what was expected or what to do.
 */
#ifndef COMMON_PROBLEMS_H
#define COMMON_PROBLEMS_H

#include "common/str.h"

struct problems {
	char **items;      /* NULL-terminated, in order of discovery */
	size_t dropped;    /* beyond PROBLEMS_MAX; counted, not kept */
};

#define PROBLEMS_MAX 100

/* Adds one line. A NULL list ignores it. Always returns -1, so `return problem(...)` reads well. */
int problem(struct problems *list, const char *fmt, ...) printf_like(2, 3);
/* "file:line: text"; line 0 leaves the line out. */
int problem_at(struct problems *list, const char *file, unsigned line, const char *fmt, ...)
	printf_like(4, 5);
/* "text: strerror(errnum)". */
int problem_errno(struct problems *list, int errnum, const char *fmt, ...) printf_like(3, 4);

size_t problems_count(const struct problems *list);
/* One problem a line, each after `prefix`. */
void problems_print(const struct problems *list, FILE *out, const char *prefix);
/* All in one line, separated by "; ". Owned by the caller. */
char *problems_text(const struct problems *list);
void problems_done(struct problems *list);

#define autoproblems __attribute__((cleanup(problems_done)))

#endif
