// SPDX-License-Identifier: MIT
/*
 * roost-services: turns on what host.conf asks for beside the host's own work.
 *
 *	apply         host.conf, the host's certificate -> systemd's units, /run/roost/services.json
 */
#include "common/program.h"
#include "node/services.h"

static int apply(void *input, struct problems *problems)
{
	return services_apply(input, problems);
}

static const struct program program = {
	.doc = "Turns on the services that the host's configuration asks for.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct services_apply, root),
		{ "dry-run", OPTION_FLAG(struct services_apply, is_dry_run), "print what would be on, change nothing" },
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "apply", "start what is asked for and has what it needs, stop the rest", apply },
		{ 0 },
	},
	.notes = "With --root the running system is left alone.",
};

int main(int argc, char **argv)
{
	struct services_apply options = { .root = "/" };

	cli_start("roost-services");
	return program_run(&program, argc, argv, &options);
}
