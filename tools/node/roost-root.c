// SPDX-License-Identifier: MIT
/*
 * roost-root: the initramfs' work. Finds the medium by its label, stacks the layers on it under a
 * RAM layer, and leaves the result at NEWROOT for switch_root. Everything it mounts besides is
 * below /run/roost, which moves along. When the medium does not appear it says what it saw and
 * restarts the host; with rd.shell on the kernel command line it fails, and dracut gives a shell.
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/reboot.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/layers.h"
#include "node/medium.h"

#define STATE "/run/roost"
#define MEDIUM STATE "/medium"
#define LAYERS_FOLDER MEDIUM "/roost"

struct options {
	char *label;
	long long timeout_s;   /* for the medium */
	long long restart_s;   /* between giving up and restarting; the medium may still come */
	bool has_shell;        /* rd.shell: fail instead of restarting */
	const char *new_root;
};

static const struct argp_option argp_options[] = {
	{ "label", 'l', "LABEL", 0, "the medium's label (roost.label=; by default ROOST)", 0 },
	{ "timeout", 't', "SECONDS", 0, "how long to wait for it (roost.timeout=; by default 30)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'l':
		free(options->label);
		options->label = xstrdup(arg);
		return 0;
	case 't':
		if (!str_to_int(arg, 0, 3600, &options->timeout_s))
			argp_error(state, "--timeout %s: expected 0 to 3600 seconds", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (options->new_root)
			argp_usage(state);
		options->new_root = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The kernel command line; what is no number of seconds leaves the default. */
static void read_kernel_arguments(struct options *options)
{
	autofree char *line = file_read_line("/proc/cmdline");
	autostrv char **words = line ? strv_split(line, " ", false) : NULL;
	const char *value;

	for (size_t i = 0; words && words[i]; i++) {
		if ((value = str_after(words[i], "roost.label=")) && *value) {
			free(options->label);
			options->label = xstrdup(value);
		} else if ((value = str_after(words[i], "roost.timeout="))) {
			str_to_int(value, 0, 3600, &options->timeout_s);
		} else if (streq(words[i], "rd.shell") || streq(words[i], "rd.shell=1")) {
			options->has_shell = true;
		}
	}
}

static int mount_medium(const struct medium *medium, struct problems *problems)
{
	if (make_folders(MEDIUM, 0755, problems) < 0)
		return -1;
	if (mount(medium->device, MEDIUM, medium->fstype, MS_RDONLY, NULL) < 0)
		return problem_errno(problems, errno, "%s: mounting it as %s", medium->device,
				     medium->fstype);
	return 0;
}

static int stack(const struct options *options, struct problems *problems)
{
	automanifest struct manifest manifest = { 0 };
	autofree char *text = NULL;
	size_t len;

	if (file_read(LAYERS_FOLDER "/" MANIFEST_NAME, MANIFEST_BYTES_MAX, &text, &len, problems) < 0 ||
	    manifest_read(text, len, "the medium's " MANIFEST_NAME, &manifest, problems) < 0)
		return -1;
	return layers_stack(&manifest, LAYERS_FOLDER, STATE, options->new_root, problems);
}

static int find_and_stack(const struct options *options, long long wait_s,
			  struct problems *problems)
{
	struct medium medium = { 0 };
	int r;

	if (medium_find(options->label, now_ms() + wait_s * 1000, &medium, problems) < 0)
		return -1;
	timeline_mark("/", "medium", "%s (%s)", medium.device, medium.fstype);
	r = mount_medium(&medium, problems);
	if (r == 0)
		r = stack(options, problems);
	medium_done(&medium);
	return r;
}

static void restart(void)
{
	log_error("restarting the host");
	sync();
	reboot(RB_AUTOBOOT);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse_option, "NEWROOT",
		"Finds the boot medium and stacks the image's layers at NEWROOT.", 0, 0, 0 };
	struct options options = { .label = xstrdup("ROOST"), .timeout_s = 30, .restart_s = 60 };
	autoproblems struct problems problems = { 0 }, again = { 0 };

	cli_start("roost-root");
	read_kernel_arguments(&options);
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	timeline_mark("/", "kernel", "looking for the medium %s", options.label);
	if (find_and_stack(&options, options.timeout_s, &problems) < 0) {
		cli_fail(&problems, EXIT_TEMPORARY);
		if (options.has_shell)
			return EXIT_TEMPORARY;
		log_error("waiting %lld s more for the medium, then the host restarts",
			  options.restart_s);
		if (find_and_stack(&options, options.restart_s, &again) < 0) {
			cli_fail(&again, EXIT_TEMPORARY);
			restart();
			return EXIT_TEMPORARY;
		}
	}
	timeline_mark("/", "initramfs", "the layers are stacked");
	free(options.label);
	return EXIT_DONE;
}
