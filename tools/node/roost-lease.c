// SPDX-License-Identifier: MIT
/*
 * roost-lease: the program that busybox's udhcpc calls in the initramfs when something about its
 * lease changes (its "script"; there is no shell in it). It writes what the DHCP server said to a
 * file, and roost-root, which waits for udhcpc, does the rest: see lease.h.
 */
#include <ctype.h>
#include <errno.h>

#include "common/file.h"
#include "common/program.h"
#include "node/lease.h"

struct options {
	const char *output;
	const char *event;
};

static const struct program program = {
	.doc = "Writes down the DHCP lease that udhcpc hands over in the environment.",
	.options = (const struct program_option[]){
		{ "output", OPTION_TEXT(struct options, output, "FILE"),
		  "where to write it (by default " LEASE_PATH ")", 'o' },
		{ 0 },
	},
	.operands = (const struct program_operand[]){
		{ "EVENT", PROGRAM_TEXT, offsetof(struct options, event) }, { 0 },
	},
	.notes = "EVENT is udhcpc's word. bound and renew write; all others are passed over.",
};

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
	struct options options = { .output = LEASE_PATH };
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;

	cli_start("roost-lease");
	program_parse(&program, argc, argv, &options);
	if (!streq(options.event, "bound") && !streq(options.event, "renew"))
		return EXIT_DONE;
	text = lease_text();
	if (file_write_text(options.output, 0644, text, &problems) < 0)
		return cli_fail(&problems, EXIT_TEMPORARY);
	return EXIT_DONE;
}
