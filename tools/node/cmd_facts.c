// SPDX-License-Identifier: MIT
/* roost facts: what this host tells the appliance about its hardware. */
#include "node/commands.h"
#include "node/facts.h"
#include "node/report_options.h"

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
	static const char doc[] =
		"Prints what this host tells its appliance about its hardware and versions.";
	static const char notes[] = "Nothing is changed; disks are read for their signatures.";
	struct report_options options = report_options_parse(argc, argv, doc, notes);
	autoproblems struct problems problems = { 0 };
	autojson json_t *facts = NULL;
	int result;

	result = facts_collect(options.root, &facts, &problems);
	if (options.is_json)
		json_print(facts, stdout);
	else
		print_fact("", facts);
	return result < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : EXIT_DONE;
}
