// SPDX-License-Identifier: MIT
/* How a subcommand prints a report, and what it exits with when things are not as configured. */
#ifndef NODE_REPORT_PRINT_H
#define NODE_REPORT_PRINT_H

#include "common/json.h"

#define EXIT_DIFFERS 2

/* A status that compares with the configuration has "differs": true or false. */
bool report_differs(const json_t *report);
/* On standard output: JSON, or what `print` makes of it. EXIT_DIFFERS or EXIT_DONE, by report_differs. */
int report_print(const json_t *report, bool is_json, void (*print)(const json_t *report, FILE *out));

#endif
