// SPDX-License-Identifier: MIT
/* roost status: prints how this host is. Exit code 0 when it is ready, 111 when it is not (yet). */
#include "common/cli.h"
#include "node/commands.h"
#include "node/status.h"

struct options {
	const char *root;
	bool is_json;
};

static const struct argp_option option_table[] = {
	{ "root", 'r', "DIR", 0, "All paths are below DIR instead of /", 0 },
	{ "json", 'j', NULL, 0, "For programs", 0 },
	{ 0 },
};

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

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

int cmd_status(int argc, char **argv)
{
	static const struct argp argp = {
		option_table, on_option, NULL,
		"Prints how far this host is and what it lacks.\v"
		"The exit status is 0 when the host is ready and 111 when it is not.",
		NULL, NULL, NULL,
	};
	struct options options = { .root = "/" };
	autojson json_t *status = NULL;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = status_read(options.root);
	if (options.is_json) {
		autofree char *text = json_text(status);

		fputs(text, stdout);
	} else {
		status_print(status, stdout);
	}
	return streq(status_word(status), "ready") ? EXIT_DONE : EXIT_TEMPORARY;
}
