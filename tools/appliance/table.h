// SPDX-License-Identifier: MIT
/*
 * Tables for people on a terminal: columns as wide as needed. Cells may come from a hostile machine:
 * control characters, and with them terminals' escape sequences, are shown as "?".
 */
#ifndef APPLIANCE_TABLE_H
#define APPLIANCE_TABLE_H

#include <stdint.h>
#include <stdio.h>

struct table;

/* Headers separated by "|". */
struct table *table_new(const char *headers);
/* The cells of a row, one by one, left to right. NULL is an empty cell. */
void table_cell(struct table *table, const char *text);
void table_cellf(struct table *table, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints it and frees it. Without rows, `empty` instead (NULL: nothing). */
void table_end(struct table *table, FILE *out, const char *empty);

/* Text without control characters. Owned by the caller. */
char *printable(const char *text);
/* "12 s ago", "3 min ago", "5 h ago", "2 days ago"; "never" for 0. Owned by the caller. */
char *age_text(int64_t then, int64_t now);

#endif
