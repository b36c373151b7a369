// SPDX-License-Identifier: MIT
/* --root and --json of the subcommands that print a report; see report_options.h. */
#include "common/program.h"
#include "node/report_options.h"

struct report_options report_options_parse(int argc, char **argv, const char *doc, const char *notes)
{
	static const struct program_option rows[] = {
		PROGRAM_ROOT(struct report_options, root), PROGRAM_JSON(struct report_options, is_json), { 0 },
	};
	const struct program program = { .doc = doc, .options = rows, .notes = notes };
	struct report_options options = { .root = "/" };

	program_parse(&program, argc, argv, &options);
	return options;
}
