// SPDX-License-Identifier: MIT
/*
 * roost-appliance: the server that nodes register with. main is the table of contents: options, the
 * state folder, the two addresses, and waiting for a signal to end.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "appliance/listen.h"
#include "appliance/names.h"
#include "appliance/server.h"
#include "appliance/tokens.h"
#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "host/read.h"

#define DEFAULT_STATE "/var/lib/roost"
#define DEFAULT_NODES "[::]:8443"
#define DEFAULT_ADMIN "127.0.0.1:8444"
#define RENEW_CHECK_MS (6 * 3600 * 1000)

struct options {
	const char *state, *nodes, *admin, *boot_dir, *store;
	char **names;
	long long heartbeat_s, registrations_per_s, connections_max, connections_per_address_max;
	bool print_fingerprint, print_api;
};

/* ---- Options ------------------------------------------------------------------------------------ */

enum option_key {
	OPT_STATE = 's', OPT_LISTEN = 'l', OPT_ADMIN = 'a', OPT_NAME = 'n', OPT_BOOT = 'b',
	OPT_STORE = 256, OPT_HEARTBEAT, OPT_RATE, OPT_CONNECTIONS, OPT_PER_ADDRESS, OPT_FINGERPRINT,
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
	{ "boot-dir", OPT_BOOT, "DIR", 0, "what /boot/... serves (default: nothing)", 0 },
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
	autoproblems struct problems problems = { 0 };

	switch (key) {
	case OPT_STATE:
		options->state = arg;
		break;
	case OPT_LISTEN:
		options->nodes = arg;
		break;
	case OPT_ADMIN:
		options->admin = arg;
		break;
	case OPT_NAME:
		if (names_add(&options->names, arg, &problems) < 0)
			argp_error(state, "--name %s", problems.items[0]);
		break;
	case OPT_BOOT:
		options->boot_dir = arg;
		break;
	case OPT_STORE:
		options->store = arg;
		break;
	case OPT_HEARTBEAT:
		parse_number(state, "heartbeat", arg, 1, 3600, &options->heartbeat_s);
		break;
	case OPT_RATE:
		parse_number(state, "registrations", arg, 0, 1000000, &options->registrations_per_s);
		break;
	case OPT_CONNECTIONS:
		parse_number(state, "max-connections", arg, 1, 100000, &options->connections_max);
		break;
	case OPT_PER_ADDRESS:
		parse_number(state, "max-per-address", arg, 1, 100000,
			     &options->connections_per_address_max);
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

/* ---- State -------------------------------------------------------------------------------------- */

struct service {
	struct appliance appliance;
	struct listen_address addresses[2];
	int fds[2];              /* listening, in the order of listeners[] */
	unsigned ports[2];
	struct server *servers[2];
	int lock_fd;
};

static const enum listener listeners[2] = { ON_NODES, ON_ADMIN };

/* Two appliances on one state would fight over it. */
static int lock_state(const char *folder, int *ret_fd, struct problems *problems)
{
	autofree char *path = path_join(folder, "lock");
	autoclose int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return problem_errno(problems, errno, "cannot open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return problem(problems, "%s: another roost-appliance is running with this state",
			       folder);
	*ret_fd = take_fd(&fd);
	return 0;
}

static int ensure_default_pool(struct store *store, struct problems *problems)
{
	autopool_record struct pool_record pool = { 0 };
	struct pool_record wanted = { (char *)DEFAULT_POOL, (char *)"", time(NULL) };
	int r = store_pool_get(store, DEFAULT_POOL, &pool, problems);

	return r == 0 ? store_pool_put(store, &wanted, problems) : r < 0 ? -1 : 0;
}

static int open_boot_dir(const char *path, int *ret_fd, struct problems *problems)
{
	if (!path)
		return 0;
	*ret_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? problem_errno(problems, errno, "cannot open --boot-dir %s", path) : 0;
}

static int open_state(const struct options *options, struct service *service,
		      struct problems *problems)
{
	autofree char *file = xasprintf("sqlite:%s/appliance.db", options->state);
	struct appliance *appliance = &service->appliance;

	if (make_folders(options->state, 0700, problems) < 0 ||
	    lock_state(options->state, &service->lock_fd, problems) < 0 ||
	    ca_open(options->state, false, &appliance->ca, problems) < 0 ||
	    admin_token_open(options->state, &appliance->admin_hash, problems) < 0 ||
	    store_open(options->store ? options->store : file, &appliance->store, problems) < 0 ||
	    ensure_default_pool(appliance->store, problems) < 0)
		return -1;
	return open_boot_dir(options->boot_dir, &appliance->boot_fd, problems);
}

/* ---- Addresses ---------------------------------------------------------------------------------- */

static int open_addresses(const struct options *options, struct service *service,
			  struct problems *problems)
{
	const char *const texts[2] = { options->nodes, options->admin };

	for (int i = 0; i < 2; i++)
		if (listen_parse(texts[i], &service->addresses[i], problems) < 0 ||
		    listen_open(&service->addresses[i], &service->fds[i], &service->ports[i],
				problems) < 0)
			return -1;
	return 0;
}

static char **certificate_names(const struct options *options, const struct service *service)
{
	char **names = strv_copy(options->names);

	names_add_own(&names);
	for (int i = 0; i < 2; i++)
		if (!service->addresses[i].is_any)
			names_add(&names, service->addresses[i].host, NULL);
	return names;
}

static void stop_servers(struct service *service)
{
	for (int i = 0; i < 2; i++) {
		server_stop(service->servers[i]);
		service->servers[i] = NULL;
	}
}

/* Also called while it runs, when the certificate was renewed. */
static int start_servers(const struct options *options, struct service *service,
			 struct problems *problems)
{
	autostrv char **names = certificate_names(options, service);
	autofree char *certificate = NULL;
	autofree char *key = NULL;

	if (ca_server(service->appliance.ca, options->state, names, time(NULL), &certificate, &key,
		      problems) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct server_config config = {
			.listener = listeners[i],
			.fd = service->fds[i],
			.certificate_pem = certificate,
			.key_pem = key,
			/* Browsers would ask operators for a certificate. */
			.ca_pem = listeners[i] == ON_NODES ? ca_pem(service->appliance.ca) : NULL,
			.connections_max = (unsigned)options->connections_max,
			.connections_per_address_max =
				(unsigned)options->connections_per_address_max,
		};

		if (server_start(&service->appliance, &config, &service->servers[i], problems) < 0)
			return -1;
	}
	return 0;
}

/* Where roostctl --state finds this server; also with ports that the kernel chose. */
static int write_endpoints(const struct options *options, const struct service *service,
			   struct problems *problems)
{
	autofree char *path = path_join(options->state, "endpoints.json");
	autofree char *nodes = listen_url(&service->addresses[0], service->ports[0]);
	autofree char *admin = listen_url(&service->addresses[1], service->ports[1]);
	autojson json_t *value = json_pack("{ss, ss, ss}", "nodes", nodes, "admin", admin,
					   "fingerprint", ca_fingerprint(service->appliance.ca));

	return json_write_file(path, 0644, value, problems);
}

/* ---- Running ------------------------------------------------------------------------------------ */

/* Before any thread starts, so that none of them gets the signals. */
static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Until a signal comes; now and then a new certificate, for which the servers start anew. */
static int run(const struct options *options, struct service *service, int signal_fd,
	       struct problems *problems)
{
	struct pollfd wait = { .fd = signal_fd, .events = POLLIN };

	for (;;) {
		int r = poll(&wait, 1, RENEW_CHECK_MS);

		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return problem_errno(problems, errno, "cannot wait");
		if (r == 0) {
			stop_servers(service);
			if (start_servers(options, service, problems) < 0)
				return -1;
		}
	}
}

static void announce(const struct options *options, const struct service *service)
{
	autofree char *nodes = listen_url(&service->addresses[0], service->ports[0]);
	autofree char *admin = listen_url(&service->addresses[1], service->ports[1]);

	log_info("nodes: %s%s, operators: %s, state: %s", nodes,
		 service->addresses[0].is_any ? " (all addresses)" : "", admin, options->state);
	log_info("fingerprint: %s", ca_fingerprint(service->appliance.ca));
	sd_notify(0, "READY=1");
}

static int serve(const struct options *options, struct service *service, struct problems *problems)
{
	autoclose int signal_fd = block_signals();
	int r = -1;

	if (open_state(options, service, problems) == 0 &&
	    open_addresses(options, service, problems) == 0 &&
	    start_servers(options, service, problems) == 0 &&
	    write_endpoints(options, service, problems) == 0) {
		announce(options, service);
		r = run(options, service, signal_fd, problems);
		sd_notify(0, "STOPPING=1");
	}
	stop_servers(service);
	return r;
}

static void service_done(struct service *service)
{
	for (int i = 0; i < 2; i++)
		cleanup_close(&service->fds[i]);
	store_close(service->appliance.store);
	ca_close(service->appliance.ca);
	free(service->appliance.admin_hash);
	cleanup_close(&service->appliance.boot_fd);
	cleanup_close(&service->lock_fd);
}

static int print_fingerprint(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct ca *ca;

	if (ca_open(options->state, true, &ca, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	printf("%s\n", ca_fingerprint(ca));
	ca_close(ca);
	return EXIT_DONE;
}

static int serve_and_report(const struct options *options)
{
	autoproblems struct problems problems = { 0 };
	struct service service = {
		.appliance = {
			.boot_fd = -1,
			.heartbeat_s = (unsigned)options->heartbeat_s,
			.metrics.started_at = time(NULL),
			.check_kickstart = host_check_kickstart,
		},
		.fds = { -1, -1 },
		.lock_fd = -1,
	};
	unsigned rate = (unsigned)options->registrations_per_s;
	int r;

	rate_init(&service.appliance.registrations, rate, 2 * rate, now_ms());
	r = serve(options, &service, &problems);
	service_done(&service);
	return r < 0 ? cli_fail(&problems, EXIT_PERMANENT) : EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options options = {
		.state = DEFAULT_STATE,
		.nodes = DEFAULT_NODES,
		.admin = DEFAULT_ADMIN,
		.heartbeat_s = 10,
		.registrations_per_s = 100,
		.connections_max = 2000,
		.connections_per_address_max = 64,
	};
	int r = EXIT_DONE;

	cli_start("roost-appliance");
	argp_parse(&parser, argc, argv, 0, NULL, &options);
	if (options.print_api)
		routes_document(stdout);
	else if (options.print_fingerprint)
		r = print_fingerprint(&options);
	else
		r = serve_and_report(&options);
	strv_free(options.names);
	return r;
}
