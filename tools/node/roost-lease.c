// SPDX-License-Identifier: MIT
/*
 * roost-lease: the program that busybox's udhcpc calls in the initramfs when something about its
 * lease changes (its "script"; there is no shell in it). It writes what the DHCP server said to a
 * file, and roost-root, which waits for udhcpc, does the rest: see lease.h.
 */
#include <ctype.h>
#include <errno.h>

#include "common/cli.h"
#include "common/file.h"
#include "node/lease.h"

static const struct argp_option argp_options[] = {
	{ "output", 'o', "FILE", 0, "Where to write it (by default " LEASE_PATH ")", 0 },
	{ 0 },
};

struct options {
	const char *output;
	const char *event;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (options->event)
			argp_usage(state);
		options->event = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A value with a line break in it would read as another one's. */
static bool is_line(const char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			return false;
	return true;
}

static char *lease_text(void)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	for (const char *const *name = lease_names; *name; name++) {
		const char *value = getenv(*name);

		if (value && is_line(value) && strlen(value) < LEASE_BYTES_MAX / 8)
			fprintf(out, "%s=%s\n", *name, value);
	}
	fclose(out);
	return text;
}

int main(int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse_option, "EVENT",
		"Writes down the DHCP lease that udhcpc hands over in the environment.\v"
		"EVENT is udhcpc's word. bound and renew write; all others are passed over.", 0, 0, 0 };
	struct options options = { .output = LEASE_PATH };
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;

	cli_start("roost-lease");
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (!streq(options.event, "bound") && !streq(options.event, "renew"))
		return EXIT_DONE;
	text = lease_text();
	if (file_write_text(options.output, 0644, text, &problems) < 0)
		return cli_fail(&problems, EXIT_TEMPORARY);
	return EXIT_DONE;
}
