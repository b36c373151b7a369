// SPDX-License-Identifier: MIT
/* --root and --json of the subcommands that print a report; see report_options.h. */
#include "node/report_options.h"

static const struct argp_option option_table[] = {
	{ "root", 'r', "DIR", 0, "All paths are below DIR instead of /", 0 },
	{ "json", 'j', NULL, 0, "For programs", 0 },
	{ 0 },
};

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	struct report_options *options = state->input;

	switch (key) {
	case 'r':
		options->root = arg;
		return 0;
	case 'j':
		options->is_json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

struct report_options report_options_parse(int argc, char **argv, const char *doc)
{
	const struct argp argp = { .options = option_table, .parser = on_option, .doc = doc };
	struct report_options options = { .root = "/" };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return options;
}
