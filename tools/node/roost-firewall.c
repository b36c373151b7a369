// SPDX-License-Identifier: MIT
/*
 * roost-firewall: which ports of the host are open.
 *
 *	apply         host.conf -> /run/roost/firewall.nft -> nft, /run/roost/firewall.json
 */
#include "common/program.h"
#include "node/firewall.h"

static int apply(void *input, struct problems *problems)
{
	return firewall_apply(input, problems);
}

static const struct program program = {
	.doc = "Loads the firewall's rules that the host's configuration makes.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct firewall_apply, root),
		{ "dry-run", OPTION_FLAG(struct firewall_apply, is_dry_run), "print the rules, change nothing" },
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "apply", "load the rules in one step", apply },
		{ 0 },
	},
	.notes = "With --root the running system is left alone.",
};

int main(int argc, char **argv)
{
	struct firewall_apply options = { .root = "/" };

	cli_start("roost-firewall");
	return program_run(&program, argc, argv, &options);
}
