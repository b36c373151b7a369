// SPDX-License-Identifier: MIT
/*
 * roost-appliance: the server that nodes register with. Here are its options; service.c is the server's
 * life, routes.c the list of what it answers.
 */
#include "appliance/ca.h"
#include "appliance/names.h"
#include "appliance/routes.h"
#include "appliance/service.h"
#include "common/cli.h"
#include "host/read.h"

#define DEFAULT_STATE "/var/lib/roost"
#define DEFAULT_NODES "[::]:8443"
#define DEFAULT_ADMIN "127.0.0.1:8444"

struct options {
	struct service_config config;
	bool print_fingerprint, print_api;
};

/* ---- Options ------------------------------------------------------------------------------------ */

enum option_key {
	OPT_STATE = 's', OPT_LISTEN = 'l', OPT_ADMIN = 'a', OPT_NAME = 'n', OPT_BOOT = 'b',
	OPT_BOOT_LISTEN = 256, OPT_STORE, OPT_HEARTBEAT, OPT_RATE, OPT_CONNECTIONS, OPT_PER_ADDRESS, OPT_FINGERPRINT,
	OPT_API, OPT_FOREGROUND,
};

static const struct argp_option option_table[] = {
	{ "state", OPT_STATE, "DIR", 0, "everything that is kept (default " DEFAULT_STATE "): "
	  "authority, admin token, database", 0 },
	{ "listen", OPT_LISTEN, "ADDRESS:PORT", 0, "for nodes (default " DEFAULT_NODES ")", 0 },
	{ "admin", OPT_ADMIN, "ADDRESS:PORT", 0, "for operators (default " DEFAULT_ADMIN ")", 0 },
	{ "name", OPT_NAME, "NAME", 0, "a DNS name or address by which nodes reach this server; may "
	  "be given again. localhost, the machine's name and the listening addresses are in its "
	  "certificate anyway", 0 },
	{ "boot-dir", OPT_BOOT, "DIR", 0, "what /boot/... serves (default: nothing): the folder that "
	  "roost-pxe writes", 0 },
	{ "boot-listen", OPT_BOOT_LISTEN, "ADDRESS:PORT", 0, "plain HTTP for firmware and boot loaders, "
	  "/boot/... only (default: none); may be given again", 0 },
	{ "store", OPT_STORE, "KIND:PLACE", 0, "the database (default sqlite:STATE/appliance.db)", 0 },
	{ "heartbeat", OPT_HEARTBEAT, "SECONDS", 0, "how often nodes report (default 10)", 0 },
	{ "registrations", OPT_RATE, "N", 0, "registrations taken in a second, others are told to "
	  "come again (default 100, 0 is no limit)", 0 },
	{ "max-connections", OPT_CONNECTIONS, "N", 0, "at once, at each address (default 2000)", 0 },
	{ "max-per-address", OPT_PER_ADDRESS, "N", 0, "connections from one client address "
	  "(default 64)", 0 },
	{ "print-fingerprint", OPT_FINGERPRINT, NULL, 0, "print the authority's SHA-256, as nodes want "
	  "it (roost.fingerprint=), and exit", 0 },
	{ "print-api", OPT_API, NULL, 0, "print the interface's documentation and exit", 0 },
	{ "foreground", OPT_FOREGROUND, NULL, 0, "stay in the foreground: always so, accepted for "
	  "clarity", 0 },
	{ 0 },
};

static void parse_number(struct argp_state *state, const char *what, const char *text, long long min,
			 long long max, long long *ret)
{
	if (!str_to_int(text, min, max, ret))
		argp_error(state, "--%s %s: expected a number from %lld to %lld", what, text, min, max);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	struct service_config *config = &options->config;
	autoproblems struct problems problems = { 0 };

	switch (key) {
	case OPT_STATE:
		config->state = arg;
		break;
	case OPT_LISTEN:
		config->nodes = arg;
		break;
	case OPT_ADMIN:
		config->admin = arg;
		break;
	case OPT_NAME:
		if (names_add(&config->names, arg, &problems) < 0)
			argp_error(state, "--name %s", problems.items[0]);
		break;
	case OPT_BOOT:
		config->boot_dir = arg;
		break;
	case OPT_BOOT_LISTEN:
		strv_push(&config->boot, arg);
		break;
	case OPT_STORE:
		config->store = arg;
		break;
	case OPT_HEARTBEAT:
		parse_number(state, "heartbeat", arg, 1, 3600, &config->heartbeat_s);
		break;
	case OPT_RATE:
		parse_number(state, "registrations", arg, 0, 1000000, &config->registrations_per_s);
		break;
	case OPT_CONNECTIONS:
		parse_number(state, "max-connections", arg, 1, 100000, &config->connections_max);
		break;
	case OPT_PER_ADDRESS:
		parse_number(state, "max-per-address", arg, 1, 100000,
			     &config->connections_per_address_max);
		break;
	case OPT_FINGERPRINT:
		options->print_fingerprint = true;
		break;
	case OPT_API:
		options->print_api = true;
		break;
	case OPT_FOREGROUND:
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	option_table, parse_option, NULL,
	"Registers hosts, hands out their kickstarts, and serves their boot files.", NULL, NULL, NULL,
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

	if (options->config.boot && !options->config.boot_dir) {
		problem(&problems, "--boot-listen: expected --boot-dir DIR too, the folder that it serves");
		return cli_fail(&problems, EXIT_PERMANENT);
	}
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
	argp_parse(&parser, argc, argv, 0, NULL, &options);
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
