// SPDX-License-Identifier: MIT
/*
 * roost-guests: what a host does for its guests beside libvirt. It ends them before the host goes down, from asking
 * to force, and finds out which CPU they may have.
 *
 *	power button (ACPI) -- --timeout --> SIGTERM: QEMU flushes -- 3 s --> SIGKILL -- 3 s --> told, left
 *
 * A QEMU that hangs in the kernel on a dead NFS server cannot be ended here: forcing its mount off,
 * which comes next, makes its calls fail, and then the signal that waits for it takes effect.
 */
#include <signal.h>

#include "common/clock.h"
#include "common/program.h"
#include "node/cpu_model.h"
#include "node/guests.h"
#include "node/storage.h"

#define DEFAULT_TIMEOUT_S 30
#define FORCE_MS 3000

struct options {
	const char *root;
	const char *uri;
	long long timeout_s;
	bool is_dry_run;
};

/* No guest is told from a host of another root: there is nothing that could be asked or ended. */
static void print(const struct options *options, const struct guests *guests)
{
	for (size_t i = 0; i < guests->count; i++)
		printf("%s (process %d): asked to shut down, ended after %lld s\n",
		       guests->items[i].name, (int)guests->items[i].pid, options->timeout_s);
	if (guests->count == 0)
		puts("no guest runs");
}

/* How many could not be ended. */
static size_t end_guests(const struct options *options, struct guests *guests)
{
	int64_t deadline_ms = now_ms() + options->timeout_s * 1000;

	guests_ask(guests, options->uri);
	if (guests_wait(guests, deadline_ms) == 0)
		return 0;
	for (size_t i = 0; i < guests->count; i++)
		if (guests->items[i].process >= 0)
			log_error("guest %s did not shut down: it is ended", guests->items[i].name);
	if (guests_signal(guests, SIGTERM, now_ms() + FORCE_MS) == 0)
		return 0;
	return guests_signal(guests, SIGKILL, now_ms() + FORCE_MS);
}

static int stop(void *input, struct problems *problems)
{
	const struct options *options = input;
	struct guests guests;
	size_t left = 0;

	guests_find(options->root, &guests);
	if (options->is_dry_run || !streq(options->root, "/")) {
		print(options, &guests);
	} else {
		left = end_guests(options, &guests);
		guests_pools_stop(options->uri);
	}
	for (size_t i = 0; left > 0 && i < guests.count; i++)
		if (guests.items[i].process >= 0)
			problem(problems, "guest %s (process %d) hangs in the kernel on its storage",
				guests.items[i].name, (int)guests.items[i].pid);
	guests_done(&guests);
	return left > 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

static int cpu(void *input, struct problems *problems)
{
	const struct options *options = input;

	if (options->is_dry_run) {
		puts("would ask " STORAGE_LIBVIRT_URI ", and write " CPU_MODEL_JSON);
		return EXIT_DONE;
	}
	return cpu_model_write(options->root, options->uri, problems) < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

static const struct program program = {
	.doc = "Ends this host's guests: first they are asked, then they are made to. Tells which CPU they may have.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "connect", OPTION_TEXT(struct options, uri, "URI"), "libvirt's URI (" STORAGE_LIBVIRT_URI ")",
		  'c' },
		{ "timeout", OPTION_NUMBER(struct options, timeout_s, "SECONDS"),
		  "how long guests may take to shut down (30)", 't', 0, 3600 },
		PROGRAM_DRY_RUN(struct options, is_dry_run),
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "stop", "shut all guests down, then stop the volume groups' pools", stop },
		{ "cpu", "write " CPU_MODEL_JSON ": which CPU guests may have, from libvirt", cpu },
		{ 0 },
	},
	.notes = "With --root nothing is ended.",
};

int main(int argc, char **argv)
{
	struct options options = {
		.root = "/", .uri = STORAGE_LIBVIRT_URI, .timeout_s = DEFAULT_TIMEOUT_S,
	};

	cli_start("roost-guests");
	return program_run(&program, argc, argv, &options);
}
