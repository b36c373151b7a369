// SPDX-License-Identifier: MIT
/*
 * roost network: how the network is, and its generations, for hands.
 *
 *	status    the devices, and what differs from the configuration
 *	history   what was configured since the boot, and what became of it
 *	confirm   the present one works
 *	revert    the last confirmed one before it comes back
 *	apply     the configuration is read and applied again, also what was refused
 */
#include "common/file.h"
#include "common/program.h"
#include "node/commands.h"
#include "node/network_generations.h"
#include "node/network_status.h"
#include "node/report_print.h"

struct options {
	const char *root;
	bool is_json;
	bool is_dry_run;
};

/* ---- status -------------------------------------------------------------------------------------- */

static int status(void *data, struct problems *problems)
{
	const struct options *options = data;
	autojson json_t *found = network_status_read(options->root, problems);

	return found ? report_print(found, options->is_json, network_status_print) : EXIT_PERMANENT;
}

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

static int history(void *data, struct problems *problems)
{
	const struct options *options = data;
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

static int confirm(void *data, struct problems *problems)
{
	const struct options *options = data;
	if (is_only_said(options, "confirmed"))
		return EXIT_DONE;
	if (generation_confirm(options->root, NULL, "confirmed by hand", problems))
		puts("confirmed");
	else if (problems_count(problems) == 0)
		puts("nothing is on trial");
	return problems_count(problems) ? EXIT_TEMPORARY : EXIT_DONE;
}

static int revert(void *data, struct problems *problems)
{
	const struct options *options = data;
	if (is_only_said(options, "taken back"))
		return EXIT_DONE;
	if (generation_refuse(options->root, "taken back by hand", 0, problems) < 0)
		return EXIT_PERMANENT;
	puts("the last confirmed network comes back; `roost network history` shows it");
	return EXIT_DONE;
}

static int apply(void *data, struct problems *problems)
{
	const struct options *options = data;

	if (options->is_dry_run) {
		puts("the configuration would be read again, and refused generations tried again");
		return EXIT_DONE;
	}
	if (generations_forgive(options->root, problems) < 0)
		return EXIT_TEMPORARY;
	puts("the configuration is applied again; `roost network history` shows what becomes of it");
	return EXIT_DONE;
}

static const struct program program = {
	.doc = "How the network is; and its generations: a changed network is on trial until the appliance "
	       "has answered over it, else the last one comes back.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "json", OPTION_FLAG(struct options, is_json), "status, history: for programs", 'j' },
		PROGRAM_DRY_RUN(struct options, is_dry_run),
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "status", "the tree of devices, their links, neighbours, addresses and counters, and what "
		  "differs from the configuration", status },
		{ "history", "what was configured since the boot, and what became of it; * is in use",
		  history },
		{ "confirm", "the present network works: end its trial", confirm },
		{ "revert", "put the last confirmed network before this one back", revert },
		{ "apply", "read and apply the configuration again, also what was refused before", apply },
		{ 0 },
	},
	.notes = "The exit status of `status` is 0 when the network is as configured, 2 when it differs, and "
		 "100 when there is no valid configuration.",
};

int cmd_network(int argc, char **argv)
{
	struct options options = { .root = "/" };

	return program_run(&program, argc, argv, &options);
}
