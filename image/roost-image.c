// SPDX-License-Identifier: MIT
/*
 * roost-image: builds the node's image from a kickstart. `build` runs the stages that are stale,
 * `check` reads the kickstart, `packages` lists what it names, `stages` tells what would run,
 * `size` what is in the image and what it costs.
 */
#include <signal.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/json.h"
#include "common/program.h"
#include "image/build.h"
#include "image/build_lock.h"
#include "image/kickstart_doc.h"
#include "image/namespace.h"
#include "image/requirements.h"
#include "image/size.h"

struct options {
	const char *kickstart;
	const char *out;
	const char *compression;
	const char *locked;
	const char *against;
	bool is_json;
	bool is_inside;   /* this process is in the build's namespaces */
	bool is_sweep;    /* remove what an ended build left, no more */
};

static int check(void *input, struct problems *problems)
{
	const struct options *options = input;

	return build_check(options->kickstart, problems) < 0 ? EXIT_PERMANENT : EXIT_DONE;
}

static int print_packages(void *input, struct problems *problems)
{
	const struct options *options = input;

	return build_print_packages(options->kickstart, stdout, problems) < 0 ? EXIT_PERMANENT : EXIT_DONE;
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

static int list_stages(void *input, struct problems *problems)
{
	const struct options *options = input;
	struct stage_status *status;
	struct build build;
	int r = build_prepare(options->kickstart, options->out, options->compression,
			      options->locked, &build, problems);

	if (r == 0)
		r = stages_status(&build, &status, problems);
	if (r == 0) {
		(options->is_json ? print_json : print_table)(status);
		stages_status_free(status);
	}
	build_done(&build);
	return r < 0 ? EXIT_PERMANENT : EXIT_DONE;
}

static int run_inside(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct build build;
	int r;

	umask(022); /* whoever builds gets the same modes */
	r = build_prepare(options->kickstart, options->out, options->compression, options->locked,
			  &build, &problems);
	if (r == 0 && options->is_sweep) {
		r = stages_sweep(&build, &problems);
	} else if (r == 0) {
		build.progress = progress_new();
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
		options->compression, "build", options->kickstart,
		options->locked ? "--locked" : flag, options->locked, flag, NULL };

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

/* began_ms: now_ms() before the stages ran; 0 when there was nothing to do. */
static void tell_results(const struct build *build, int64_t began_ms)
{
	autofree char *iso = path_join(build->out, "roost.iso");
	struct stat st;

	if (began_ms && stat(iso, &st) == 0)
		fprintf(stderr, "%s: %.1f MB, built in %.1f s\n", iso, (double)st.st_size / 1e6,
			(double)(now_ms() - began_ms) / 1e3);
	else
		fprintf(stderr, "%s is up to date\n", iso);
}

static int build_image(void *input, struct problems *problems)
{
	const struct options *options = input;
	struct build build;
	autoclose int lock = -1;
	int64_t began_ms = 0;
	int code = EXIT_DONE;

	if (build_prepare(options->kickstart, options->out, options->compression, options->locked,
			  &build, problems) < 0) {
		code = EXIT_PERMANENT;
	} else if (build_lock(&build, &lock, problems) < 0) {
		code = EXIT_TEMPORARY;
	} else if (!is_up_to_date(&build, problems)) {
		began_ms = now_ms();
		code = problems_count(problems) ? EXIT_PERMANENT : run_stages(options, problems);
	}
	if (code == EXIT_DONE && build_publish(&build, problems) < 0)
		code = EXIT_TEMPORARY;
	if (code == EXIT_DONE)
		tell_results(&build, began_ms);
	build_done(&build);
	return code;
}

static int print_size(void *input, struct problems *problems)
{
	const struct options *options = input;
	autosize struct size_report report = { 0 }, before = { 0 };
	struct build build;
	int r = build_prepare(options->kickstart, options->out, options->compression,
			      options->locked, &build, problems);

	if (r == 0 && options->against)
		r = size_read(options->against, &before, problems);
	if (r == 0)
		r = size_measure(&build, &report, problems);
	if (r == 0 && options->is_json)
		size_print_json(&report, stdout);
	else if (r == 0)
		size_print(&report, options->against ? &before : NULL, stdout);
	build_done(&build);
	return r < 0 ? EXIT_PERMANENT : EXIT_DONE;
}

static int print_kickstart_doc(void *options, struct problems *problems)
{
	(void)options, (void)problems;
	kickstart_doc_print(stdout);
	return EXIT_DONE;
}

static const struct program program = {
	.doc = "Builds the node's image from a kickstart.",
	.options = (const struct program_option[]){
		{ "out", OPTION_TEXT(struct options, out, "FOLDER"), "where results and the cache go (out)", 'o' },
		{ "compress", OPTION_TEXT(struct options, compression, "HOW"),
		  "of the layers: fast, normal or xz (normal)", 'c' },
		{ "locked", OPTION_TEXT(struct options, locked, "MANIFEST"),
		  "the packages of an earlier build, by version and digest: its roost.manifest.json", 'l' },
		{ "json", OPTION_FLAG(struct options, is_json), "for programs (stages, size)", 'j' },
		{ "against", OPTION_TEXT(struct options, against, "FILE"),
		  "a record (size --json): show the change since it (size)" },
		{ "inside", OPTION_FLAG(struct options, is_inside), NULL },
		{ "sweep", OPTION_FLAG(struct options, is_sweep), NULL },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "KICKSTART", PROGRAM_TEXT, offsetof(struct options, kickstart), .is_optional = true }, { 0 },
	},
	.commands = (const struct program_command[]){
		{ "build", "run the stages whose inputs changed; leaves roost.iso in FOLDER", build_image, 1 },
		{ "check", "read the kickstart, and print every error in it", check, 1 },
		{ "packages", "print the packages that the kickstart names, a line each", print_packages, 1 },
		{ "stages", "tell what would run", list_stages, 1 },
		{ "size", "what the built image has in it, by package and folder, and what it costs", print_size, 1 },
		{ "kickstart-doc", "print docs/kickstart.md", print_kickstart_doc, 0 },
		{ 0 },
	},
	.notes = "MIRROR=URL names the Debian mirror; by default it is that of this machine's apt.",
};

int main(int argc, char **argv)
{
	struct options options = { .out = "out", .compression = "normal" };
	const struct program_command *command;
	autoproblems struct problems problems = { 0 };

	cli_start("roost-image");
	command = program_parse(&program, argc, argv, &options);
	if (options.is_inside)
		return run_inside(&options);
	return cli_fail(&problems, command->run(&options, &problems));
}
