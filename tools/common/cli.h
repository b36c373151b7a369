// SPDX-License-Identifier: MIT
/*
 * What every program has in common: exit codes, version, and log lines on standard error. Options
 * are argp tables (https://www.gnu.org/software/libc/manual/html_node/Argp.html), which the help
 * text and the manual pages come from too.
 */
#ifndef COMMON_CLI_H
#define COMMON_CLI_H

#include <argp.h>

#include "common/problems.h"
#include "common/str.h"

enum {
	EXIT_DONE = 0,
	EXIT_PERMANENT = 100, /* bad configuration or usage: trying again does not help */
	EXIT_TEMPORARY = 111, /* a peer or a resource is missing: try again later */
};

/* Call first in main: sets the version, usage errors' exit code and the log prefix. */
void cli_start(const char *program);

/* "program: text" on standard error. Under the journal the line carries its priority (sd-daemon(3)). */
void log_error(const char *fmt, ...) printf_like(1, 2);
void log_warning(const char *fmt, ...) printf_like(1, 2);
void log_info(const char *fmt, ...) printf_like(1, 2);
/* Every problem as an error; returns `code`, for `return cli_fail(&problems, EXIT_PERMANENT)`. */
int cli_fail(const struct problems *list, int code);

#endif
