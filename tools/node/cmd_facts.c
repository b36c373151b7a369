// SPDX-License-Identifier: MIT
/* roost facts: what this host tells the appliance about its hardware. */
#include "common/cli.h"
#include "node/commands.h"
#include "node/facts.h"

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

/* "name: value", with nested names joined by dots: one line a fact, easy to grep. */
static void print_fact(const char *name, const json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, item) {
			autofree char *path = *name ? xasprintf("%s.%s", name, key) : xstrdup(key);

			print_fact(path, item);
		}
	} else if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
		json_array_foreach(value, i, item) {
			autofree char *path = xasprintf("%s.%zu", name, i);

			print_fact(path, item);
		}
	} else if (json_is_array(value)) {
		printf("%s:", name);
		json_array_foreach(value, i, item)
			printf(" %s", json_string_value(item) ? json_string_value(item) : "");
		putchar('\n');
	} else {
		autofree char *text = json_is_string(value) ? xstrdup(json_string_value(value)) :
							      json_line(value);

		printf("%s: %s\n", name, text);
	}
}

int cmd_facts(int argc, char **argv)
{
	static const struct argp argp = {
		option_table, on_option, NULL,
		"Prints what this host tells its appliance about its hardware and versions.\v"
		"Nothing is changed; disks are read for their signatures.",
		NULL, NULL, NULL,
	};
	struct options options = { .root = "/" };
	autoproblems struct problems problems = { 0 };
	autojson json_t *facts = NULL;
	autofree char *text = NULL;
	int result;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	result = facts_collect(options.root, &facts, &problems);
	text = json_text(facts);
	if (options.is_json)
		fputs(text, stdout);
	else
		print_fact("", facts);
	return result < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : EXIT_DONE;
}
