// SPDX-License-Identifier: MIT
/*
 * Memory and strings. Every allocation here succeeds or ends the program with EXIT_TEMPORARY and one
 * line: the programs are small, their inputs are bounded, and the service manager starts them again.
 */
#ifndef COMMON_STR_H
#define COMMON_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))

/* Cleanup at the end of a scope: `autofree char *s`, `autofclose FILE *f`, `autoclose int fd = -1`. */
#define autofree __attribute__((cleanup(cleanup_free)))
#define autoclose __attribute__((cleanup(cleanup_close)))
#define autofclose __attribute__((cleanup(cleanup_fclose)))
#define autostrv __attribute__((cleanup(cleanup_strv)))

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
/* Grows an array to hold `count` items of `size` bytes; overflow ends the program. */
void *xreallocarray(void *p, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) printf_like(1, 2);
char *xvasprintf(const char *fmt, va_list ap) printf_like(1, 0);

/* A stream that grows a string: `FILE *f = xopen_memstream(&s, &n)`; s is valid after fclose(f). */
FILE *xopen_memstream(char **ret, size_t *ret_len);

/* Takes ownership: returns *p and sets it to NULL, so that a cleanup attribute frees nothing. */
#define take_ptr(p) ({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

/* The same for a file descriptor, which becomes -1. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* NULL equals NULL only. */
bool streq_null(const char *a, const char *b);
/* The rest of s after prefix, or NULL when s does not begin with it. */
const char *str_after(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Removes white space at both ends, in place; returns the start within s. */
char *str_trim(char *s);
/* Whole-string decimal number within [min, max]; false and *ret untouched otherwise. */
bool str_to_int(const char *s, long long min, long long max, long long *ret);
/* yes/no, true/false, on/off, 1/0. */
bool str_to_bool(const char *s, bool *ret);
/* Lower-case hexadecimal of n bytes; 2 * n + 1 characters. */
char *str_hex(const void *data, size_t n);

/* NULL-terminated vectors of owned strings. A NULL vector is an empty one. */
size_t strv_len(char *const *v);
void strv_push(char ***v, const char *s);
void strv_push_take(char ***v, char *s);
void strv_pushf(char ***v, const char *fmt, ...) printf_like(2, 3);
bool strv_contains(char *const *v, const char *s);
/* Splits at any character of `separators`; empty fields are kept when keep_empty. */
char **strv_split(const char *s, const char *separators, bool keep_empty);
char *strv_join(char *const *v, const char *separator);
char **strv_copy(char *const *v);
void strv_sort(char **v);
void strv_free(char **v);

void cleanup_free(void *p);
void cleanup_close(int *fd);
void cleanup_fclose(FILE **f);
void cleanup_strv(char ***v);

#endif
