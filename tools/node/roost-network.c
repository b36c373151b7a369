// SPDX-License-Identifier: MIT
/*
 * roost-network: the network as host.conf asks for it, made by systemd-networkd.
 *
 *	apply         host.conf, NICs -> /run/systemd/network/10-roost-*, /run/roost/network.json
 *	watch         network.json and the timeline follow links and addresses
 *	wait-online   the same until there is an address
 *	probe         LLDP and LACP that switches send -> /run/roost/probe.json
 */
#include "common/program.h"
#include "node/network_apply.h"
#include "node/network_probe.h"

struct options {
	const char *root;
	bool dry_run;
	long long wait_s, timeout_s, listen_s;
};

static int apply(void *input, struct problems *problems)
{
	const struct options *options = input;
	struct network_apply job = { .root = options->root, .dry_run = options->dry_run,
				     .wait_ms = (int)options->wait_s * 1000 };

	return network_apply(&job, problems);
}

static int watch(void *input, struct problems *problems)
{
	const struct options *options = input;

	return network_watch(options->root, -1, problems);
}

static int wait_online(void *input, struct problems *problems)
{
	const struct options *options = input;

	return network_watch(options->root, (int)options->timeout_s * 1000, problems);
}

static int probe(void *input, struct problems *problems)
{
	const struct options *options = input;
	struct network_probe job = { .root = options->root, .listen_ms = (int)options->listen_s * 1000 };

	return network_probe(&job, problems) < 0 ? EXIT_TEMPORARY : EXIT_DONE;
}

#define SECONDS(member) OPTION_NUMBER(struct options, member, "SECONDS")

static const struct program program = {
	.doc = "Sets the network up as the host's configuration asks for it.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "dry-run", OPTION_FLAG(struct options, dry_run), "apply: print the files and write nothing" },
		{ "wait", SECONDS(wait_s), "apply: how long to wait for a link (10)", 0, 0, 3600 },
		{ "timeout", SECONDS(timeout_s), "wait-online: how long to wait for an address (30)", 0, 0, 3600 },
		{ "listen", SECONDS(listen_s), "probe: how long to listen (35)", 0, 0, 3600 },
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "apply", "write systemd-networkd's files, and have it read them", apply },
		{ "watch", "keep /run/roost/network.json true as links and addresses change", watch },
		{ "wait-online", "wait for an address", wait_online },
		{ "probe", "listen to what the switches say (LLDP, LACP), and write what is worth a try", probe },
		{ 0 },
	},
	.notes = "With --root the running system is left alone.",
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/", .wait_s = 10, .timeout_s = 30, .listen_s = PROBE_LISTEN_S };

	cli_start("roost-network");
	return program_run(&program, argc, argv, &options);
}
