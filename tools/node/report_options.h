// SPDX-License-Identifier: MIT
/* The command line of a subcommand that prints a report: --root DIR and --json, nothing else. */
#ifndef NODE_REPORT_OPTIONS_H
#define NODE_REPORT_OPTIONS_H

#include "common/cli.h"

struct report_options {
	const char *root;
	bool is_json;
};

/* Ends the program on --help and on a wrong option; `doc` and `notes` are program.h's. */
struct report_options report_options_parse(int argc, char **argv, const char *doc, const char *notes);

#endif
