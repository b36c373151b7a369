// SPDX-License-Identifier: MIT
/*
 * roost network: the network's generations, for hands.
 *
 *	history   what was configured since the boot, and what became of it
 *	confirm   the present one works
 *	revert    the last confirmed one before it comes back
 *	apply     the configuration is read and applied again, also what was refused
 */
#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "node/commands.h"
#include "node/network_generations.h"

#define FORGIVEN_FILE "/run/roost/input/refused" /* its change starts roost-config */

struct options {
	const char *root;
	const char *command;
	bool is_json;
	bool is_dry_run;
};

enum { KEY_DRY_RUN = 256 };

static const struct argp_option option_table[] = {
	{ "root", 'r', "DIR", 0, "All paths are below DIR instead of /", 0 },
	{ "json", 'j', NULL, 0, "history: for programs", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be done, and do nothing", 0 },
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
	case KEY_DRY_RUN:
		options->is_dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->command)
			argp_error(state, "one command was expected, not also '%s'", arg);
		options->command = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->command)
			argp_error(state, "history, confirm, revert or apply was expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = option_table, .parser = on_option,
	.args_doc = "history\nconfirm\nrevert\napply",
	.doc = "The network's generations: a changed network is on trial until the appliance has "
	       "answered over it, else the last one comes back.\v"
	       "history   what was configured since the boot, and what became of it; * is in use\n"
	       "confirm   the present network works: end its trial\n"
	       "revert    put the last confirmed network before this one back\n"
	       "apply     read and apply the configuration again, also what was refused before",
};

/* ---- history ------------------------------------------------------------------------------------- */

static void print_table(const struct generations *generations)
{
	printf("%-5s %-10s %-10s %-10s %s\n", "GEN", "STATE", "KICKSTART", "SINCE", "WHY");
	for (size_t i = 0; i < generations->count; i++) {
		const struct generation *item = &generations->items[i];
		autofree char *since = xasprintf("%lld s", (long long)item->since_ms / 1000);

		printf("%3d %s %-10s %-10.10s %-10s %s\n", item->number,
		       item->number == generations->current ? "*" : " ",
		       generation_state_names[item->state], item->kickstart ? item->kickstart : "-",
		       since, item->reason ? item->reason : "");
	}
}

static int history(const struct options *options, struct problems *problems)
{
	autofree char *path = path_in_root(options->root, GENERATIONS_FILE);
	autogenerations struct generations generations = { 0 };
	autofree char *text = NULL;

	if (options->is_json) {
		if (file_read(path, 256 * 1024, &text, NULL, problems) < 0)
			return EXIT_TEMPORARY;
		fputs(text, stdout);
		return EXIT_DONE;
	}
	generations_read(options->root, &generations);
	if (generations.count == 0)
		puts("no network was configured since the boot");
	else
		print_table(&generations);
	return EXIT_DONE;
}

/* ---- confirm, revert, apply ---------------------------------------------------------------------- */

/* True when the command ends here. */
static bool is_only_said(const struct options *options, const char *what)
{
	autogenerations struct generations generations = { 0 };

	if (!options->is_dry_run)
		return false;
	generations_read(options->root, &generations);
	printf("generation %d would be %s\n", generations.current, what);
	return true;
}

static int confirm(const struct options *options, struct problems *problems)
{
	if (is_only_said(options, "confirmed"))
		return EXIT_DONE;
	if (generation_confirm(options->root, NULL, "confirmed by hand", problems))
		puts("confirmed");
	else if (problems_count(problems) == 0)
		puts("nothing is on trial");
	return problems_count(problems) ? EXIT_TEMPORARY : EXIT_DONE;
}

static int revert(const struct options *options, struct problems *problems)
{
	if (is_only_said(options, "taken back"))
		return EXIT_DONE;
	if (generation_refuse(options->root, "taken back by hand", 0, problems) < 0)
		return EXIT_PERMANENT;
	puts("the last confirmed network comes back; `roost network history` shows it");
	return EXIT_DONE;
}

static int apply(const struct options *options, struct problems *problems)
{
	autofree char *path = path_in_root(options->root, FORGIVEN_FILE);
	autofree char *line = xasprintf("forgiven at %lld\n", (long long)now_ms());

	if (options->is_dry_run) {
		puts("the configuration would be read again, and refused generations tried again");
		return EXIT_DONE;
	}
	if (generations_forgive(options->root, problems) < 0 ||
	    file_write_text(path, 0644, line, problems) < 0)
		return EXIT_TEMPORARY;
	puts("the configuration is applied again; `roost network history` shows what becomes of it");
	return EXIT_DONE;
}

static const struct {
	const char *name;
	int (*run)(const struct options *options, struct problems *problems);
} commands[] = {
	{ "history", history },
	{ "confirm", confirm },
	{ "revert", revert },
	{ "apply", apply },
};

int cmd_network(int argc, char **argv)
{
	struct options options = { .root = "/" };
	autoproblems struct problems problems = { 0 };

	argp_parse(&parser, argc, argv, 0, NULL, &options);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i].name, options.command))
			return cli_fail(&problems, commands[i].run(&options, &problems));
	log_error("unknown command '%s': history, confirm, revert or apply was expected",
		  options.command);
	return EXIT_PERMANENT;
}
