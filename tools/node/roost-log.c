// SPDX-License-Identifier: MIT
/*
 * roost-log: sends the journal to the receiver of `logging --host`.
 *
 *	send          host.conf, the journal -> syslog over TCP or TLS, /run/roost/logs.json
 */
#include <signal.h>

#include "common/program.h"
#include "node/log_send.h"

struct options {
	const char *root;
};

static int run(void *input, struct problems *problems)
{
	const struct options *options = input;

	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	return log_send(options->root, problems);
}

static const struct program program = {
	.doc = "Sends this host's journal to the receiver that its configuration names.",
	.options = (const struct program_option[]){ PROGRAM_ROOT(struct options, root), { 0 } },
	.commands = (const struct program_command[]){
		{ "send", "send until the configuration names no receiver any more", run },
		{ 0 },
	},
	.notes = "A receiver that is away is tried again after 1 to 30 s; meanwhile the journal keeps what comes.",
};

int main(int argc, char **argv)
{
	struct options options = { .root = "/" };

	cli_start("roost-log");
	return program_run(&program, argc, argv, &options);
}
