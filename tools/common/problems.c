// SPDX-License-Identifier: MIT
/* What is wrong, collected; see problems.h. */
#include "common/problems.h"

static int add(struct problems *list, char *text)
{
	if (!list || strv_len(list->items) >= PROBLEMS_MAX) {
		if (list)
			list->dropped++;
		free(text);
		return -1;
	}
	strv_push_take(&list->items, text);
	return -1;
}

int problem(struct problems *list, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return add(list, text);
}

int problem_at(struct problems *list, const char *file, unsigned line, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (line == 0)
		return add(list, xasprintf("%s: %s", file, text));
	return add(list, xasprintf("%s:%u: %s", file, line, text));
}

int problem_errno(struct problems *list, int errnum, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return add(list, xasprintf("%s: %s", text, strerror(errnum)));
}

size_t problems_count(const struct problems *list)
{
	return list ? strv_len(list->items) + list->dropped : 0;
}

void problems_print(const struct problems *list, FILE *out, const char *prefix)
{
	for (size_t i = 0; list->items && list->items[i]; i++)
		fprintf(out, "%s%s\n", prefix, list->items[i]);
	if (list->dropped)
		fprintf(out, "%s... and %zu more\n", prefix, list->dropped);
}

char *problems_text(const struct problems *list)
{
	return strv_join(list->items, "; ");
}

void problems_done(struct problems *list)
{
	strv_free(list->items);
	*list = (struct problems){ 0 };
}
