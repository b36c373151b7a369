// SPDX-License-Identifier: MIT
/*
 * What the image costs, as tables: printed for people, and as JSON for the record that the next figures are
 * compared with (tests/bench/size.json):
 *
 *	{"packages": [ROW...], "folders": [ROW...], "parts": [ROW...]}
 *	ROW = {"name": TEXT, "cost": N, "bytes": N, "files": N}
 */
#ifndef IMAGE_SIZE_REPORT_H
#define IMAGE_SIZE_REPORT_H

#include <stdint.h>

#include "common/problems.h"

struct size_row {
	char *name;
	uint64_t cost;              /* bytes of the ISO */
	uint64_t bytes;             /* before packing */
	uint64_t files;
};

struct size_table {
	struct size_row *rows;
	size_t count;
};

enum size_kind {
	SIZE_PACKAGES,              /* of what is in the layers */
	SIZE_FOLDERS,               /* the same, another way */
	SIZE_PARTS,                 /* of the ISO; they add up to it */
	SIZE_KINDS,
};

struct size_report {
	struct size_table tables[SIZE_KINDS];
};

/* Adds to the row with this name, which is made when there is none. */
void size_add(struct size_table *table, const struct size_row *what);
uint64_t size_cost(const struct size_table *table);

/* The largest cost first; with the change since `before`, which may be NULL. */
void size_print(const struct size_report *report, const struct size_report *before, FILE *out);
/* A row a line, by name, so that two records can be compared by eye, too. */
void size_print_json(const struct size_report *report, FILE *out);
/* A record. 0, or -1 with a problem and *ret untouched. */
int size_read(const char *path, struct size_report *ret, struct problems *problems);
void size_done(struct size_report *report);

#define autosize __attribute__((cleanup(size_done)))

#endif
