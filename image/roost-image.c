// SPDX-License-Identifier: MIT
/*
 * roost-image: builds the node's image from a kickstart. `build` runs the stages that are stale,
 * `check` reads the kickstart, `stages` tells what would run.
 */
#include <signal.h>

#include "common/cli.h"
#include "common/file.h"
#include "common/json.h"
#include "image/build.h"
#include "image/build_lock.h"
#include "image/kickstart_doc.h"
#include "image/namespace.h"
#include "image/requirements.h"
#include "image/workspace.h"

struct options {
	char *command;
	char *kickstart;
	char *out;
	char *compression;
	bool is_json;
	bool is_inside;   /* this process is in the build's namespaces */
	bool is_sweep;    /* remove what an ended build left, no more */
};

enum { KEY_INSIDE = 256, KEY_SWEEP };

static const struct argp_option argp_options[] = {
	{ "out", 'o', "FOLDER", 0, "where results and the cache go (out)", 0 },
	{ "compress", 'c', "HOW", 0, "of the layers: fast, normal, small or xz (normal)", 0 },
	{ "json", 'j', NULL, 0, "for programs (stages)", 0 },
	{ "inside", KEY_INSIDE, NULL, OPTION_HIDDEN, NULL, 0 },
	{ "sweep", KEY_SWEEP, NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->out = arg;
		return 0;
	case 'c':
		options->compression = arg;
		return 0;
	case 'j':
		options->is_json = true;
		return 0;
	case KEY_INSIDE:
		options->is_inside = true;
		return 0;
	case KEY_SWEEP:
		options->is_sweep = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_usage(state);
		if (state->arg_num == 0)
			options->command = arg;
		else
			options->kickstart = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->command ||
		    !options->kickstart != streq(options->command, "kickstart-doc"))
			argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check(const struct options *options)
{
	autoproblems struct problems problems = { 0 };

	if (build_check(options->kickstart, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	return EXIT_DONE;
}

static const char *word_of(const struct stage_status *status)
{
	return status->is_cached ? "cached" : "stale";
}

static void print_table(const struct stage_status *status)
{
	printf("%-16s%-8s%-14s%s\n", "STAGE", "STATE", "INPUTS", "WHAT");
	for (size_t i = 0; stages[i]; i++)
		printf("%-16s%-8s%-14.12s%s\n", stages[i]->name, word_of(&status[i]),
		       status[i].hash ? status[i].hash : "-", stages[i]->help);
}

static void print_json(const struct stage_status *status)
{
	autojson json_t *list = json_array();
	autofree char *text = NULL;

	for (size_t i = 0; stages[i]; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:s}", "name",
			stages[i]->name, "state", word_of(&status[i]), "inputs", status[i].hash,
			"help", stages[i]->help));
	text = json_text(list);
	fputs(text, stdout);
}

static int list_stages(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct stage_status *status;
	struct build build;
	int r = build_prepare(options->kickstart, options->out, options->compression, &build,
			      &problems);

	if (r == 0)
		r = stages_status(&build, &status, &problems);
	if (r == 0) {
		(options->is_json ? print_json : print_table)(status);
		stages_status_free(status);
	}
	build_done(&build);
	return r < 0 ? cli_fail(&problems, EXIT_PERMANENT) : EXIT_DONE;
}

static int run_inside(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct build build;
	int r = build_prepare(options->kickstart, options->out, options->compression, &build,
			      &problems);

	if (r == 0 && options->is_sweep) {
		r = stages_sweep(&build, &problems);
	} else if (r == 0) {
		build.progress = progress_new();
		r = workspace_start(&build, &problems);
		if (r == 0)
			r = stages_run(&build, &problems);
	}
	build_done(&build);
	return r < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : EXIT_DONE;
}

static bool is_up_to_date(const struct build *build, struct problems *problems)
{
	struct stage_status *status;
	bool all = true;

	if (stages_status(build, &status, problems) < 0)
		return false;
	for (size_t i = 0; stages[i]; i++)
		all = all && status[i].is_cached;
	stages_status_free(status);
	return all;
}

static int run_again(const struct options *options, const char *flag, int *ret_signal,
		     struct problems *problems)
{
	const char *const arguments[] = { "--inside", "--out", options->out, "--compress",
		options->compression, "build", options->kickstart, flag, NULL };

	return namespace_run(arguments, ret_signal, problems);
}

static int run_stages(const struct options *options, struct problems *problems)
{
	int signal_number = 0;
	int status;

	if (requirements_check(problems) < 0)
		return EXIT_PERMANENT;
	status = run_again(options, NULL, &signal_number, problems);
	if (status == EXIT_DONE)
		return EXIT_DONE;
	/* Whatever it was in the middle of; the files may belong to a user namespace's users. */
	run_again(options, "--sweep", &(int){ 0 }, problems);
	if (signal_number)
		problem(problems, "interrupted: nothing half-made is left");
	return signal_number ? 128 + signal_number : status < 0 ? EXIT_TEMPORARY : status;
}

static void tell_results(const struct build *build)
{
	autofree char *iso = path_join(build->out, "roost.iso");

	fprintf(stderr, "%s is up to date\n", iso);
}

static int build_image(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct build build;
	autoclose int lock = -1;
	int code = EXIT_DONE;

	if (build_prepare(options->kickstart, options->out, options->compression, &build,
			  &problems) < 0)
		code = EXIT_PERMANENT;
	else if (build_lock(&build, &lock, &problems) < 0)
		code = EXIT_TEMPORARY;
	else if (!is_up_to_date(&build, &problems))
		code = problems_count(&problems) ? EXIT_PERMANENT : run_stages(options, &problems);
	if (code == EXIT_DONE && build_publish(&build, &problems) < 0)
		code = EXIT_TEMPORARY;
	if (code == EXIT_DONE)
		tell_results(&build);
	build_done(&build);
	return code == EXIT_DONE ? EXIT_DONE : cli_fail(&problems, code);
}

static int print_kickstart_doc(const struct options *options)
{
	(void)options;
	kickstart_doc_print(stdout);
	return EXIT_DONE;
}

static const struct {
	const char *name;
	int (*run)(const struct options *options);
} commands[] = {
	{ "build", build_image },
	{ "check", check },
	{ "stages", list_stages },
	{ "kickstart-doc", print_kickstart_doc },
};

int main(int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse_option,
		"build KICKSTART\ncheck KICKSTART\nstages KICKSTART\nkickstart-doc",
		"Builds the node's image from a kickstart."
		"\vbuild runs the stages whose inputs changed and leaves roost.iso and "
		"roost.manifest.json in FOLDER. check reads the kickstart and prints every error in "
		"it. stages tells what would run. kickstart-doc prints docs/kickstart.md. "
		"MIRROR=URL names the Debian mirror; by default it "
		"is that of this machine's apt.", 0, 0, 0 };
	struct options options = { .out = (char *)"out", .compression = (char *)"normal" };

	cli_start("roost-image");
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.is_inside)
		return run_inside(&options);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i].name, options.command))
			return commands[i].run(&options);
	log_error("%s: expected build, check, stages or kickstart-doc", options.command);
	return EXIT_PERMANENT;
}
