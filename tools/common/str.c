// SPDX-License-Identifier: MIT
/* Memory and strings; see str.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include "common/cli.h"
#include "common/str.h"

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "out of memory\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_TEMPORARY);
}

static void *checked(void *p)
{
	if (!p)
		out_of_memory();
	return p;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xreallocarray(void *p, size_t count, size_t size)
{
	return checked(reallocarray(p, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return checked(strndup(s, n));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		out_of_memory();
	return s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

FILE *xopen_memstream(char **ret, size_t *ret_len)
{
	return checked(open_memstream(ret, ret_len));
}

bool streq_null(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

const char *str_after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && streq(s + n - m, suffix);
}

char *str_trim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

bool str_to_int(const char *s, long long min, long long max, long long *ret)
{
	char *end;
	long long value;

	/* strtoll would take leading white space, a plus sign, and minus nothing */
	if (!isdigit((unsigned char)*s) && (*s != '-' || s[1] < '1' || s[1] > '9'))
		return false;
	errno = 0;
	value = strtoll(s, &end, 10);
	if (errno || end == s || *end || value < min || value > max)
		return false;
	*ret = value;
	return true;
}

bool str_to_bool(const char *s, bool *ret)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "yes", true }, { "no", false }, { "true", true }, { "false", false },
		{ "on", true },  { "off", false }, { "1", true },   { "0", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcasecmp(s, words[i].word) == 0) {
			*ret = words[i].value;
			return true;
		}
	}
	return false;
}

char *str_hex(const void *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = data;
	char *s = xmalloc(2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		s[2 * i] = digits[bytes[i] >> 4];
		s[2 * i + 1] = digits[bytes[i] & 15];
	}
	s[2 * n] = '\0';
	return s;
}

size_t strv_len(char *const *v)
{
	size_t n = 0;

	while (v && v[n])
		n++;
	return n;
}

void strv_push_take(char ***v, char *s)
{
	size_t n = strv_len(*v);

	*v = xreallocarray(*v, n + 2, sizeof(**v));
	(*v)[n] = s;
	(*v)[n + 1] = NULL;
}

void strv_push(char ***v, const char *s)
{
	strv_push_take(v, xstrdup(s));
}

void strv_pushf(char ***v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_push_take(v, xvasprintf(fmt, ap));
	va_end(ap);
}

bool strv_contains(char *const *v, const char *s)
{
	for (; v && *v; v++)
		if (streq(*v, s))
			return true;
	return false;
}

char **strv_split(const char *s, const char *separators, bool keep_empty)
{
	char **v = NULL;

	for (;;) {
		size_t n = strcspn(s, separators);

		if (n > 0 || keep_empty)
			strv_push_take(&v, xstrndup(s, n));
		if (!s[n])
			return v;
		s += n + 1;
	}
}

char *strv_join(char *const *v, const char *separator)
{
	char *text;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	for (size_t i = 0; v && v[i]; i++)
		fprintf(f, "%s%s", i ? separator : "", v[i]);
	if (fclose(f) != 0)
		out_of_memory();
	return text;
}

char **strv_copy(char *const *v)
{
	char **copy = NULL;

	for (; v && *v; v++)
		strv_push(&copy, *v);
	return copy;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(char **v)
{
	if (v)
		qsort(v, strv_len(v), sizeof(*v), compare_strings);
}

void strv_free(char **v)
{
	for (size_t i = 0; v && v[i]; i++)
		free(v[i]);
	free(v);
}

void cleanup_free(void *p)
{
	free(*(void **)p);
}

void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

void cleanup_strv(char ***v)
{
	strv_free(*v);
}
