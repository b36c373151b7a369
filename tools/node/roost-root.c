// SPDX-License-Identifier: MIT
/*
 * roost-root: the initramfs' work. Takes the image's layers from their source, stacks them under a
 * RAM layer, and leaves the result at NEWROOT for switch_root. Everything it mounts besides is below
 * /run/roost, which moves along. When the layers do not come it says what it saw and restarts the
 * host; with rd.shell on the kernel command line it fails, and dracut gives a shell.
 */
#include <errno.h>
#include <poll.h>
#include <sys/reboot.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/program.h"
#include "common/timeline.h"
#include "node/boot_source.h"
#include "node/layers.h"

/* Between giving up and restarting: a medium may still come, and a person can read why. */
#define RESTART_S 60

/* The first that is asked for is used; the last one always is. */
static const struct boot_source *const sources[] = { &source_ram, &source_url, &source_label };

struct options {
	const char *cmdline;
	const char *new_root;
};

static const struct program program = {
	.doc = "Gets the image's layers and stacks them at NEWROOT.",
	.options = (const struct program_option[]){
		{ "cmdline", OPTION_TEXT(struct options, cmdline, "FILE"),
		  "the kernel command line (by default /proc/cmdline)", 'c' },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "NEWROOT", PROGRAM_TEXT, offsetof(struct options, new_root) }, { 0 },
	},
};

static const struct boot_source *choose_source(const struct boot_args *args)
{
	size_t i = 0;

	while (!sources[i]->is_asked(args))
		i++;
	return sources[i];
}

static int stack(const struct boot_source *source, const char *new_root, struct problems *problems)
{
	autofree char *path = path_join(source->folder, MANIFEST_NAME);
	automanifest struct manifest manifest = { 0 };
	autofree char *text = NULL;
	size_t len;

	if (file_read(path, MANIFEST_BYTES_MAX, &text, &len, problems) < 0 ||
	    manifest_read(text, len, path, &manifest, problems) < 0)
		return -1;
	/* Its SHA-256 is what the host says it runs (image_digest.h); a boot does not fail for want of it. */
	if (file_write(BOOT_STATE "/" MANIFEST_NAME, 0644, text, len, problems) < 0)
		cli_fail(problems, EXIT_TEMPORARY);
	return layers_stack(&manifest, source->folder, BOOT_STATE, new_root, problems);
}

static int get_and_stack(const struct boot_source *source, const struct boot_args *args,
			 int64_t deadline_ms, const char *new_root, struct problems *problems)
{
	int code = source->get(args, deadline_ms, problems);

	if (code != EXIT_DONE)
		return code;
	return stack(source, new_root, problems) < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

/* Another minute: for the source to come, and for a person to read what is wrong. */
static int last_try(const struct boot_source *source, const struct boot_args *args, int code,
		    const char *new_root)
{
	int64_t deadline_ms = now_ms() + RESTART_S * 1000;
	autoproblems struct problems problems = { 0 };

	log_error(code == EXIT_TEMPORARY ? "going on for %d s, then the host restarts" :
					   "the host restarts in %d s", RESTART_S);
	if (code == EXIT_TEMPORARY)
		code = cli_fail(&problems, get_and_stack(source, args, deadline_ms, new_root, &problems));
	if (code != EXIT_DONE)
		poll(NULL, 0, until_ms(deadline_ms));
	return code;
}

static int boot(const struct boot_args *args, const char *new_root)
{
	const struct boot_source *source = choose_source(args);
	int wait_s = args->timeout_s < 0 ? source->timeout_s : args->timeout_s;
	int64_t deadline_ms = now_ms() + wait_s * 1000LL;
	autoproblems struct problems problems = { 0 };
	int code;

	timeline_mark("/", "kernel", "the layers' source: %s", source->name);
	code = cli_fail(&problems, get_and_stack(source, args, deadline_ms, new_root, &problems));
	if (code != EXIT_DONE && !args->has_shell)
		code = last_try(source, args, code, new_root);
	if (code == EXIT_DONE)
		timeline_mark("/", "initramfs", "the layers are stacked");
	return code;
}

static void restart(void)
{
	log_error("restarting the host");
	sync();
	reboot(RB_AUTOBOOT);
}

int main(int argc, char **argv)
{
	struct options options = { .cmdline = "/proc/cmdline" };
	autoproblems struct problems problems = { 0 };
	autofree char *line = NULL;
	struct boot_args args;
	int code;

	cli_start("roost-root");
	program_parse(&program, argc, argv, &options);
	line = file_read_line(options.cmdline);
	/* What is not valid on it must not keep the host from booting. */
	if (boot_args_read(line ? line : "", &args, &problems) < 0)
		cli_fail(&problems, EXIT_PERMANENT);
	code = boot(&args, options.new_root);
	if (code != EXIT_DONE && !args.has_shell)
		restart();
	boot_args_done(&args);
	return code;
}
