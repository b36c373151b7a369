// SPDX-License-Identifier: MIT
/* roost firewall: the rules that are loaded, and those of the configuration. */
#include "common/file.h"
#include "common/program.h"
#include "node/commands.h"
#include "node/firewall.h"

#define RULES_MAX (256 * 1024)

static int show(void *data, struct problems *problems)
{
	const struct firewall_apply *options = data;
	autofree char *path = path_in_root(options->root, FIREWALL_RULES), *text = NULL;
	autofree char *peers_path = path_in_root(options->root, FIREWALL_PEERS), *peers = NULL;

	if (file_read(path, RULES_MAX, &text, NULL, problems) < 0 ||
	    file_read_optional(peers_path, RULES_MAX, &peers, NULL, problems) < 0)
		return EXIT_TEMPORARY;
	printf("%s%s", text, peers ? peers : "");
	return EXIT_DONE;
}

static int plan(void *data, struct problems *problems)
{
	const struct firewall_apply dry = { .root = ((struct firewall_apply *)data)->root, .is_dry_run = true };

	return firewall_apply(&dry, problems);
}

static const struct program program = {
	.doc = "Which ports of this host are open, as rules of nftables.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct firewall_apply, root),
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "show", "the rules that were loaded last", show },
		{ "plan", "the rules that the present configuration makes", plan },
		{ 0 },
	},
};

int cmd_firewall(int argc, char **argv)
{
	struct firewall_apply options = { .root = "/" };

	return program_run(&program, argc, argv, &options);
}
