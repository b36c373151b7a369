// SPDX-License-Identifier: MIT
/*
 * roost-log: sends the journal to the receiver of `logging --host`.
 *
 *	send          host.conf, the journal -> syslog over TCP or TLS, /run/roost/logs.json
 *	netconsole    host.conf, network.json -> the kernel's netconsole module
 */
#include <signal.h>

#include "common/program.h"
#include "node/log_send.h"
#include "node/netconsole.h"

static int send_journal(void *input, struct problems *problems)
{
	const struct netconsole *options = input;

	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	return log_send(options->root, problems);
}

static int netconsole(void *input, struct problems *problems)
{
	return netconsole_apply(input, problems);
}

static const struct program program = {
	.doc = "Sends this host's journal to the receiver that its configuration names.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct netconsole, root),
		{ "dry-run", OPTION_FLAG(struct netconsole, is_dry_run), "netconsole: print the module's parameter, "
		  "load nothing" },
		{ 0 },
	},
	.commands = (const struct program_command[]){
		{ "send", "send until the configuration names no receiver any more", send_journal },
		{ "netconsole", "have the kernel send its messages itself, or not any more", netconsole },
		{ 0 },
	},
	.notes = "A receiver that is away is tried again after 1 to 30 s; meanwhile the journal keeps what comes.",
};

int main(int argc, char **argv)
{
	struct netconsole options = { .root = "/" };

	cli_start("roost-log");
	return program_run(&program, argc, argv, &options);
}
