// SPDX-License-Identifier: MIT
/* Tables for people; see table.h. */
#include "appliance/table.h"
#include "common/str.h"

#define GAP 2

struct table {
	size_t columns;
	char **cells; /* the headers first, then row by row */
};

struct table *table_new(const char *headers)
{
	struct table *table = xcalloc(1, sizeof(*table));

	table->cells = strv_split(headers, "|", true);
	table->columns = strv_len(table->cells);
	return table;
}

/* C0, DEL, and C1 as UTF-8 writes it (C2 80 to C2 9F): terminals act on all of them. */
char *printable(const char *text)
{
	char *copy = xstrdup(text ? text : "");
	unsigned char before = 0;

	for (unsigned char *p = (unsigned char *)copy; *p; p++) {
		bool is_c1 = before == 0xc2 && *p < 0xa0;

		before = *p;
		if (is_c1)
			p[-1] = '?';
		if (*p < 0x20 || *p == 0x7f || is_c1)
			*p = '?';
	}
	return copy;
}

void table_cell(struct table *table, const char *text)
{
	strv_push_take(&table->cells, printable(text));
}

void table_cellf(struct table *table, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	table_cell(table, text);
}

/* Characters, not bytes: continuation bytes of UTF-8 do not count. */
static size_t width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t max = 0;

	for (size_t i = column; i < strv_len(table->cells); i += table->columns)
		if (width(table->cells[i]) > max)
			max = width(table->cells[i]);
	return max;
}

static void print_row(const struct table *table, size_t first, const size_t *widths, FILE *out)
{
	size_t last = table->columns;

	/* No white space at the end of a line. */
	while (last > 1 && !*table->cells[first + last - 1])
		last--;
	for (size_t i = 0; i < last; i++) {
		const char *text = table->cells[first + i];
		size_t pad = i + 1 < last ? widths[i] + GAP - width(text) : 0;

		fprintf(out, "%s%*s", text, (int)pad, "");
	}
	fputc('\n', out);
}

void table_end(struct table *table, FILE *out, const char *empty)
{
	size_t count = strv_len(table->cells);
	size_t *widths = xcalloc(table->columns, sizeof(*widths));

	for (size_t i = 0; i < table->columns; i++)
		widths[i] = column_width(table, i);
	if (count > table->columns)
		for (size_t i = 0; i + table->columns <= count; i += table->columns)
			print_row(table, i, widths, out);
	else if (empty)
		fprintf(out, "%s\n", empty);
	free(widths);
	strv_free(table->cells);
	free(table);
}

char *age_text(int64_t then, int64_t now)
{
	long long s = now > then ? now - then : 0;

	if (then == 0)
		return xstrdup("never");
	if (s < 120)
		return xasprintf("%lld s ago", s);
	if (s < 2 * 3600)
		return xasprintf("%lld min ago", s / 60);
	if (s < 2 * 86400)
		return xasprintf("%lld h ago", s / 3600);
	return xasprintf("%lld days ago", s / 86400);
}
