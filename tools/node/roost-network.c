// SPDX-License-Identifier: MIT
/*
 * roost-network: the network as host.conf asks for it, made by systemd-networkd.
 *
 *	apply         host.conf, NICs -> /run/systemd/network/10-roost-*, /run/roost/network.json
 *	watch         network.json and the timeline follow links and addresses
 *	wait-online   the same until there is an address
 *	probe         LLDP and LACP that switches send -> /run/roost/probe.json
 */
#include "common/cli.h"
#include "node/network_apply.h"
#include "node/network_probe.h"

struct options {
	const char *root;
	const char *command;
	bool dry_run;
	int wait_s;
	int timeout_s;
	int listen_s;
};

enum { KEY_ROOT = 256, KEY_DRY_RUN, KEY_WAIT, KEY_TIMEOUT, KEY_LISTEN };

static const struct argp_option option_table[] = {
	{ "root", KEY_ROOT, "DIR", 0, "read and write below DIR; then the running system is left alone",
	  0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "apply: print the files and write nothing", 0 },
	{ "wait", KEY_WAIT, "SECONDS", 0, "apply: how long to wait for a link (10)", 0 },
	{ "timeout", KEY_TIMEOUT, "SECONDS", 0, "wait-online: how long to wait for an address (30)",
	  0 },
	{ "listen", KEY_LISTEN, "SECONDS", 0, "probe: how long to listen (35)", 0 },
	{ 0 },
};

static int seconds(const char *text, struct argp_state *state)
{
	long long value;

	if (!str_to_int(text, 0, 3600, &value))
		argp_error(state, "\"%s\" is not valid: a number of seconds from 0 to 3600 was "
			   "expected", text);
	return (int)value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_ROOT:
		options->root = arg;
		return 0;
	case KEY_DRY_RUN:
		options->dry_run = true;
		return 0;
	case KEY_WAIT:
		options->wait_s = seconds(arg, state);
		return 0;
	case KEY_TIMEOUT:
		options->timeout_s = seconds(arg, state);
		return 0;
	case KEY_LISTEN:
		options->listen_s = seconds(arg, state);
		return 0;
	case ARGP_KEY_ARG:
		if (options->command)
			argp_error(state, "one command was expected, not also '%s'", arg);
		options->command = arg;
		return 0;
	case ARGP_KEY_END:
		if (!options->command)
			argp_error(state, "apply, watch, wait-online or probe was expected");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = option_table, .parser = parse_option, .args_doc = "COMMAND",
	.doc = "Sets the network up as the host's configuration asks for it.\v"
	       "apply         write systemd-networkd's files, and have it read them\n"
	       "watch         keep /run/roost/network.json true as links and addresses change\n"
	       "wait-online   wait for an address\n"
	       "probe         listen to what the switches say (LLDP, LACP), and write what is worth a try",
};

static int apply(const struct options *options, struct problems *problems)
{
	struct network_apply job = { .root = options->root, .dry_run = options->dry_run,
				     .wait_ms = options->wait_s * 1000 };

	return network_apply(&job, problems);
}

static int watch(const struct options *options, struct problems *problems)
{
	return network_watch(options->root, -1, problems);
}

static int wait_online(const struct options *options, struct problems *problems)
{
	return network_watch(options->root, options->timeout_s * 1000, problems);
}

static int probe(const struct options *options, struct problems *problems)
{
	struct network_probe job = { .root = options->root, .listen_ms = options->listen_s * 1000 };

	return network_probe(&job, problems) < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

static const struct {
	const char *name;
	int (*run)(const struct options *options, struct problems *problems);
} commands[] = {
	{ "apply", apply },
	{ "watch", watch },
	{ "wait-online", wait_online },
	{ "probe", probe },
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/", .wait_s = 10, .timeout_s = 30, .listen_s = PROBE_LISTEN_S };
	autoproblems struct problems problems = { 0 };

	cli_start("roost-network");
	argp_parse(&parser, argc, argv, 0, NULL, &options);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (streq(commands[i].name, options.command))
			return cli_fail(&problems, commands[i].run(&options, &problems));
	log_error("unknown command '%s': apply, watch, wait-online or probe was expected", options.command);
	return EXIT_PERMANENT;
}
