// SPDX-License-Identifier: MIT
/* The tables of sizes: adding up, printing, and the record as JSON. */
#include <inttypes.h>

#include "common/json.h"
#include "image/size_report.h"

#define RECORD_MAX (4 * 1024 * 1024)
#define NAME_MAX_LEN 4096
#define COUNT_MAX (1LL << 50)

static const struct { const char *field, *title; } kinds[SIZE_KINDS] = {
	[SIZE_PACKAGES] = { "packages", "PACKAGE" },
	[SIZE_FOLDERS] = { "folders", "FOLDER" },
	[SIZE_PARTS] = { "parts", "PART OF THE ISO" },
};

static struct size_row *find_row(const struct size_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (streq(table->rows[i].name, name))
			return &table->rows[i];
	return NULL;
}

void size_add(struct size_table *table, const struct size_row *what)
{
	struct size_row *row = find_row(table, what->name);

	if (!row) {
		table->rows = xreallocarray(table->rows, table->count + 1, sizeof(*table->rows));
		row = &table->rows[table->count++];
		*row = (struct size_row){ .name = xstrdup(what->name) };
	}
	row->cost += what->cost;
	row->bytes += what->bytes;
	row->files += what->files;
}

uint64_t size_cost(const struct size_table *table)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < table->count; i++)
		sum += table->rows[i].cost;
	return sum;
}

static struct size_row sum_of(const struct size_table *table)
{
	struct size_row sum = { .name = (char *)"in all" };

	for (size_t i = 0; i < table->count; i++) {
		sum.cost += table->rows[i].cost;
		sum.bytes += table->rows[i].bytes;
		sum.files += table->rows[i].files;
	}
	return sum;
}

static int compare_costs(const void *a, const void *b)
{
	const struct size_row *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost > y->cost ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct size_row *)a)->name, ((const struct size_row *)b)->name);
}

static struct size_table sorted_copy(const struct size_table *table,
				     int (*compare)(const void *, const void *))
{
	struct size_table copy = { 0 };

	for (size_t i = 0; i < table->count; i++)
		size_add(&copy, &table->rows[i]);
	if (copy.count)
		qsort(copy.rows, copy.count, sizeof(*copy.rows), compare);
	return copy;
}

static void table_done(struct size_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->rows[i].name);
	free(table->rows);
	*table = (struct size_table){ 0 };
}

/* kB as in the budgets: 1000 bytes. Nothing where no digit of it changed. */
static void print_row(const struct size_row *row, const struct size_row *before, bool is_compared,
		      FILE *out)
{
	int64_t change = (int64_t)row->cost - (int64_t)(before ? before->cost : 0);
	bool is_shown = is_compared && llabs(change) >= 50;
	autofree char *text = is_shown ? xasprintf("%+.1f", change / 1e3) : xstrdup("");

	fprintf(out, "%10.1f %10s %12.1f %7" PRIu64 "  %s\n", row->cost / 1e3, text, row->bytes / 1e3,
		row->files, row->name);
}

/* What has gone since `before` stays in the table, at no cost. */
static void print_table(enum size_kind kind, const struct size_table *now,
			const struct size_table *before, FILE *out)
{
	struct size_table rows = sorted_copy(now, compare_costs);
	struct size_row sum = sum_of(now), sum_before = { 0 };

	for (size_t i = 0; before && i < before->count; i++)
		if (!find_row(now, before->rows[i].name))
			size_add(&rows, &(struct size_row){ .name = before->rows[i].name });
	if (before)
		sum_before = sum_of(before);
	fprintf(out, "%10s %10s %12s %7s  %s\n", "COST kB", "CHANGE", "UNPACKED kB", "FILES",
		kinds[kind].title);
	for (size_t i = 0; i < rows.count; i++)
		print_row(&rows.rows[i], before ? find_row(before, rows.rows[i].name) : NULL, before, out);
	print_row(&sum, &sum_before, before, out);
	table_done(&rows);
}

void size_print(const struct size_report *report, const struct size_report *before, FILE *out)
{
	for (enum size_kind kind = 0; kind < SIZE_KINDS; kind++) {
		if (kind > 0)
			fputc('\n', out);
		print_table(kind, &report->tables[kind], before ? &before->tables[kind] : NULL, out);
	}
}

static void print_rows_json(const struct size_table *table, FILE *out)
{
	struct size_table rows = sorted_copy(table, compare_names);

	for (size_t i = 0; i < rows.count; i++) {
		const struct size_row *row = &rows.rows[i];
		autojson json_t *object = json_pack("{s:s, s:I, s:I, s:I}", "name", row->name, "cost",
			(json_int_t)row->cost, "bytes", (json_int_t)row->bytes, "files",
			(json_int_t)row->files);
		autofree char *line = json_line(object);

		fprintf(out, "%s\n    %s", i > 0 ? "," : "", line);
	}
	table_done(&rows);
}

void size_print_json(const struct size_report *report, FILE *out)
{
	for (enum size_kind kind = 0; kind < SIZE_KINDS; kind++) {
		fprintf(out, "%s\n  \"%s\": [", kind > 0 ? "," : "{", kinds[kind].field);
		print_rows_json(&report->tables[kind], out);
		fputs("\n  ]", out);
	}
	fputs("\n}\n", out);
}

static int read_row(const json_t *object, const char *path, struct size_table *table,
		    struct problems *problems)
{
	struct size_row row = { 0 };
	const char *name;
	long long cost, bytes, files;

	if (json_get_string(object, "name", NAME_MAX_LEN, &name, path, problems) < 0 ||
	    json_get_int(object, "cost", 0, COUNT_MAX, &cost, path, problems) < 0 ||
	    json_get_int(object, "bytes", 0, COUNT_MAX, &bytes, path, problems) < 0 ||
	    json_get_int(object, "files", 0, COUNT_MAX, &files, path, problems) < 0)
		return -1;
	row = (struct size_row){ .name = (char *)name, .cost = cost, .bytes = bytes, .files = files };
	size_add(table, &row);
	return 0;
}

static int read_tables(const json_t *record, const char *path, struct size_report *report,
		       struct problems *problems)
{
	for (enum size_kind kind = 0; kind < SIZE_KINDS; kind++) {
		const json_t *list = json_object_get(record, kinds[kind].field);
		size_t i;
		json_t *object;

		if (!json_is_array(list))
			return problem(problems, "%s: %s: expected a list", path, kinds[kind].field);
		json_array_foreach(list, i, object)
			if (read_row(object, path, &report->tables[kind], problems) < 0)
				return -1;
	}
	return 0;
}

int size_read(const char *path, struct size_report *ret, struct problems *problems)
{
	autojson json_t *record = json_read_file(path, RECORD_MAX, problems);
	struct size_report report = { 0 };

	if (!record)
		return -1;
	if (read_tables(record, path, &report, problems) < 0) {
		size_done(&report);
		return -1;
	}
	*ret = report;
	return 0;
}

void size_done(struct size_report *report)
{
	for (enum size_kind kind = 0; kind < SIZE_KINDS; kind++)
		table_done(&report->tables[kind]);
}
