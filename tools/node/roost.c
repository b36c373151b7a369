// SPDX-License-Identifier: MIT
/*
 * roost: what a person on a node asks. A multi-call front: the subcommands are in cmd_*.c.
 */
#include "common/cli.h"
#include "node/commands.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "status", cmd_status, "how far this host is, and what it lacks" },
	{ "health", cmd_health, "a check of everything: what is not well, why, and what to do" },
	{ "explain", cmd_explain, "where a value of the configuration comes from, and which sources lost" },
	{ "plan", cmd_plan, "what a configuration would change in the network, without doing it" },
	{ "facts", cmd_facts, "what this host tells its appliance about its hardware" },
	{ "network", cmd_network, "how the network is, and its generations: on trial, confirmed, refused" },
	{ "firewall", cmd_firewall, "which ports are open" },
	{ "storage", cmd_storage, "how storage is: sessions, mounts, pools, and what differs" },
	{ "console", cmd_console, "the same on a console, as it changes, with the boot's events" },
};

static int print_help(FILE *out, int code)
{
	fputs("Usage: roost COMMAND [OPTION...]\n\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n`roost COMMAND --help` lists a command's options.\n", out);
	return code;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	cli_start("roost");
	if (!name)
		return print_help(stderr, EXIT_PERMANENT);
	if (streq(name, "--help") || streq(name, "-?") || streq(name, "help"))
		return print_help(stdout, EXIT_DONE);
	if (streq(name, "--version") || streq(name, "-V"))
		return puts(argp_program_version), EXIT_DONE;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (streq(name, commands[i].name)) {
			argv[1] = xasprintf("roost %s", name);
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	log_error("unknown command \"%s\": expected one of those that `roost --help` lists", name);
	return EXIT_PERMANENT;
}
