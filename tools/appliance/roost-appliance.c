// SPDX-License-Identifier: MIT
/*
 * roost-appliance: the server that nodes register with. Here are its options; service.c is the server's
 * life, routes.c the list of what it answers.
 */
#include "appliance/ca.h"
#include "appliance/names.h"
#include "appliance/routes.h"
#include "appliance/service.h"
#include "common/program.h"
#include "host/read.h"

#define DEFAULT_STATE "/var/lib/roost"
#define DEFAULT_NODES "[::]:8443"
#define DEFAULT_ADMIN "127.0.0.1:8444"

struct options {
	struct service_config config;
	bool print_fingerprint, print_api, is_foreground;
};

/* ---- Options ------------------------------------------------------------------------------------ */

static int read_name(void *input, const char *text, struct problems *problems)
{
	struct options *options = input;

	return names_add(&options->config.names, text, problems);
}

static int check(const void *input, struct problems *problems)
{
	const struct options *options = input;

	if (options->config.boot && !options->config.boot_dir)
		return problem(problems, "--boot-listen: expected --boot-dir DIR too, the folder that it serves");
	return 0;
}

static const struct program program = {
	.doc = "Registers hosts, hands out their kickstarts, and serves their boot files.",
	.check = check,
	.options = (const struct program_option[]){
		{ "state", OPTION_TEXT(struct options, config.state, "DIR"),
		  "everything that is kept (default " DEFAULT_STATE "): authority, admin token, database", 's' },
		{ "listen", OPTION_TEXT(struct options, config.nodes, "ADDRESS:PORT"),
		  "for nodes (default " DEFAULT_NODES ")", 'l' },
		{ "admin", OPTION_TEXT(struct options, config.admin, "ADDRESS:PORT"),
		  "for operators (default " DEFAULT_ADMIN ")", 'a' },
		{ "name", OPTION_READ(read_name, "NAME"),
		  "a DNS name or address by which nodes reach this server; may be given again. localhost, the "
		  "machine's name and the listening addresses are in its certificate anyway", 'n' },
		{ "boot-dir", OPTION_TEXT(struct options, config.boot_dir, "DIR"),
		  "what /boot/... serves (default: nothing): the folder that roost-pxe writes", 'b' },
		{ "boot-listen", OPTION_TEXTS(struct options, config.boot, "ADDRESS:PORT"),
		  "plain HTTP for firmware and boot loaders, /boot/... only (default: none); may be given again" },
		{ "store", OPTION_TEXT(struct options, config.store, "KIND:PLACE"),
		  "the database (default sqlite:STATE/appliance.db)" },
		{ "heartbeat", OPTION_NUMBER(struct options, config.heartbeat_s, "SECONDS"),
		  "how often nodes report (default 10)", 0, 1, 3600 },
		{ "registrations", OPTION_NUMBER(struct options, config.registrations_per_s, "N"),
		  "registrations taken in a second, others are told to come again (default 100, 0 is no limit)",
		  0, 0, 1000000 },
		{ "max-connections", OPTION_NUMBER(struct options, config.connections_max, "N"),
		  "at once, at each address (default 2000)", 0, 1, 100000 },
		{ "max-per-address", OPTION_NUMBER(struct options, config.connections_per_address_max, "N"),
		  "connections from one client address (default 64)", 0, 1, 100000 },
		{ "print-fingerprint", OPTION_FLAG(struct options, print_fingerprint),
		  "print the authority's SHA-256, as nodes want it (roost.fingerprint=), and exit" },
		{ "print-api", OPTION_FLAG(struct options, print_api),
		  "print the interface's documentation and exit" },
		{ "foreground", OPTION_FLAG(struct options, is_foreground),
		  "stay in the foreground: always so, accepted for clarity" },
		{ 0 },
	},
};

static int print_fingerprint(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct ca *ca;

	if (ca_open(options->config.state, true, &ca, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	printf("%s\n", ca_fingerprint(ca));
	ca_close(ca);
	return EXIT_DONE;
}

static int serve(const struct options *options)
{
	autoproblems struct problems problems = { 0 };

	if (service_run(&options->config, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options options = {
		.config = {
			.state = DEFAULT_STATE,
			.nodes = DEFAULT_NODES,
			.admin = DEFAULT_ADMIN,
			.heartbeat_s = 10,
			.registrations_per_s = 100,
			.connections_max = 2000,
			.connections_per_address_max = 64,
			.check_kickstart = host_check_kickstart,
		},
	};
	int r = EXIT_DONE;

	cli_start("roost-appliance");
	program_parse(&program, argc, argv, &options);
	if (options.print_api)
		routes_document(stdout);
	else if (options.print_fingerprint)
		r = print_fingerprint(&options);
	else
		r = serve(&options);
	strv_free(options.config.names);
	strv_free(options.config.boot);
	return r;
}
