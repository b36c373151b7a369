// SPDX-License-Identifier: MIT
/* The appliance from start to end: state folder, addresses, servers, signals; see service.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "appliance/listen.h"
#include "appliance/names.h"
#include "appliance/server.h"
#include "appliance/service.h"
#include "appliance/tokens.h"
#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"

#define RENEW_CHECK_MS (6 * 3600 * 1000)

/* ---- State -------------------------------------------------------------------------------------- */

struct endpoint {
	enum listener listener;
	struct listen_address address;
	int fd;                /* listening, for the whole life of the service */
	unsigned port;
	struct server *server;
};

struct service {
	struct appliance appliance;
	struct endpoint *endpoints; /* nodes, operators, then the plain ones for boot files */
	size_t endpoint_count;
	int lock_fd;
};

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

static int open_state(const struct service_config *config, struct service *service,
		      struct problems *problems)
{
	autofree char *file = xasprintf("sqlite:%s/appliance.db", config->state);
	struct appliance *appliance = &service->appliance;

	if (make_folders(config->state, 0700, problems) < 0 ||
	    lock_state(config->state, &service->lock_fd, problems) < 0 ||
	    ca_open(config->state, false, &appliance->ca, problems) < 0 ||
	    admin_token_open(config->state, &appliance->admin_hash, problems) < 0 ||
	    store_open(config->store ? config->store : file, &appliance->store, problems) < 0 ||
	    ensure_default_pool(appliance->store, problems) < 0)
		return -1;
	return open_boot_dir(config->boot_dir, &appliance->boot_fd, problems);
}

/* ---- Addresses ---------------------------------------------------------------------------------- */

static int open_address(struct service *service, enum listener listener, const char *text,
			struct problems *problems)
{
	struct endpoint endpoint = { .listener = listener, .fd = -1 };

	if (listen_parse(text, &endpoint.address, problems) < 0 ||
	    listen_open(&endpoint.address, &endpoint.fd, &endpoint.port, problems) < 0)
		return -1;
	service->endpoints = xreallocarray(service->endpoints, service->endpoint_count + 1,
					   sizeof(endpoint));
	service->endpoints[service->endpoint_count++] = endpoint;
	return 0;
}

static int open_addresses(const struct service_config *config, struct service *service,
			  struct problems *problems)
{
	if (open_address(service, ON_NODES, config->nodes, problems) < 0 ||
	    open_address(service, ON_ADMIN, config->admin, problems) < 0)
		return -1;
	for (size_t i = 0; config->boot && config->boot[i]; i++)
		if (open_address(service, ON_BOOT, config->boot[i], problems) < 0)
			return -1;
	return 0;
}

static char *endpoint_url(const struct endpoint *endpoint)
{
	return listen_url(endpoint->listener == ON_BOOT ? "http" : "https", &endpoint->address,
			  endpoint->port);
}

static char **certificate_names(const struct service_config *config, const struct service *service)
{
	char **names = strv_copy(config->names);

	names_add_own(&names);
	for (size_t i = 0; i < service->endpoint_count; i++) {
		const struct endpoint *endpoint = &service->endpoints[i];

		if (endpoint->listener != ON_BOOT && !endpoint->address.is_any)
			names_add(&names, endpoint->address.host, NULL);
	}
	return names;
}

static void stop_servers(struct service *service, unsigned listeners)
{
	for (size_t i = 0; i < service->endpoint_count; i++) {
		if (!(service->endpoints[i].listener & listeners))
			continue;
		server_stop(service->endpoints[i].server);
		service->endpoints[i].server = NULL;
	}
}

static int start_server(const struct service_config *config, struct service *service,
			struct endpoint *endpoint, struct server_config *server,
			struct problems *problems)
{
	server->listener = endpoint->listener;
	server->fd = endpoint->fd;
	server->connections_max = (unsigned)config->connections_max;
	server->connections_per_address_max = (unsigned)config->connections_per_address_max;
	return server_start(&service->appliance, server, &endpoint->server, problems);
}

/* Those that are not running; after a renewal the others go on with their downloads. */
static int start_servers(const struct service_config *config, struct service *service,
			 struct problems *problems)
{
	autostrv char **names = certificate_names(config, service);
	autofree char *certificate = NULL;
	autofree char *key = NULL;

	if (ca_server(service->appliance.ca, config->state, names, time(NULL), &certificate, &key,
		      problems) < 0)
		return -1;
	for (size_t i = 0; i < service->endpoint_count; i++) {
		struct endpoint *endpoint = &service->endpoints[i];
		bool is_plain = endpoint->listener == ON_BOOT;
		struct server_config server = {
			.certificate_pem = is_plain ? NULL : certificate,
			.key_pem = is_plain ? NULL : key,
			/* Browsers would ask operators for a certificate. */
			.ca_pem = endpoint->listener == ON_NODES ? ca_pem(service->appliance.ca) : NULL,
		};

		if (!endpoint->server &&
		    start_server(config, service, endpoint, &server, problems) < 0)
			return -1;
	}
	return 0;
}

/* Where roostctl --state finds this server; also with ports that the kernel chose. */
static int write_endpoints(const struct service_config *config, const struct service *service,
			   struct problems *problems)
{
	autofree char *path = path_join(config->state, "endpoints.json");
	autofree char *nodes = endpoint_url(&service->endpoints[0]);
	autofree char *admin = endpoint_url(&service->endpoints[1]);
	json_t *boot = json_array();
	autojson json_t *value = json_pack("{ss, ss, ss, so}", "nodes", nodes, "admin", admin,
					   "fingerprint", ca_fingerprint(service->appliance.ca),
					   "boot", boot);

	for (size_t i = 2; i < service->endpoint_count; i++) {
		autofree char *url = endpoint_url(&service->endpoints[i]);

		json_array_append_new(boot, json_string(url));
	}
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
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* A certificate that ends soon is made anew, and the servers start with it, on the same sockets. */
static int renew(const struct service_config *config, struct service *service,
		 struct problems *problems)
{
	stop_servers(service, ON_NODES | ON_ADMIN);
	return start_servers(config, service, problems);
}

/* Until SIGTERM or SIGINT. SIGHUP, and now and then time, renew the certificate. */
static int run(const struct service_config *config, struct service *service, int signal_fd,
	       struct problems *problems)
{
	struct pollfd wait = { .fd = signal_fd, .events = POLLIN };

	for (;;) {
		struct signalfd_siginfo signal_info = { .ssi_signo = SIGHUP };
		int r = poll(&wait, 1, RENEW_CHECK_MS);

		if (r < 0 && errno != EINTR)
			return problem_errno(problems, errno, "cannot wait");
		if (r > 0 && read(signal_fd, &signal_info, sizeof(signal_info)) < 0)
			return problem_errno(problems, errno, "cannot read a signal");
		if (signal_info.ssi_signo != SIGHUP)
			return 0;
		if (r >= 0 && renew(config, service, problems) < 0)
			return -1;
	}
}

static void announce(const struct service_config *config, const struct service *service)
{
	autofree char *nodes = endpoint_url(&service->endpoints[0]);
	autofree char *admin = endpoint_url(&service->endpoints[1]);

	log_info("nodes: %s%s, operators: %s, state: %s", nodes,
		 service->endpoints[0].address.is_any ? " (all addresses)" : "", admin, config->state);
	log_info("fingerprint: %s", ca_fingerprint(service->appliance.ca));
	for (size_t i = 2; i < service->endpoint_count; i++) {
		autofree char *url = endpoint_url(&service->endpoints[i]);

		log_info("boot files: %s/boot/%s, plain HTTP: firmware cannot check our certificate; "
			 "what it loads is checked by Secure Boot and by the digests on the kernel "
			 "command line, and nothing there is secret", url,
			 service->endpoints[i].address.is_any ? " (all addresses)" : "");
	}
	sd_notify(0, "READY=1");
}

static int serve(const struct service_config *config, struct service *service,
		 struct problems *problems)
{
	autoclose int signal_fd = block_signals();
	int r = -1;

	if (open_state(config, service, problems) == 0 &&
	    open_addresses(config, service, problems) == 0 &&
	    start_servers(config, service, problems) == 0 &&
	    write_endpoints(config, service, problems) == 0) {
		announce(config, service);
		r = run(config, service, signal_fd, problems);
		sd_notify(0, "STOPPING=1");
	}
	stop_servers(service, ON_NODES | ON_ADMIN | ON_BOOT);
	return r;
}

static void service_done(struct service *service)
{
	for (size_t i = 0; i < service->endpoint_count; i++)
		cleanup_close(&service->endpoints[i].fd);
	free(service->endpoints);
	store_close(service->appliance.store);
	ca_close(service->appliance.ca);
	free(service->appliance.admin_hash);
	cleanup_close(&service->appliance.boot_fd);
	cleanup_close(&service->lock_fd);
}

int service_run(const struct service_config *config, struct problems *problems)
{
	struct service service = {
		.appliance = {
			.boot_fd = -1,
			.heartbeat_s = (unsigned)config->heartbeat_s,
			.metrics.started_at = time(NULL),
			.check_kickstart = config->check_kickstart,
		},
		.lock_fd = -1,
	};
	unsigned rate = (unsigned)config->registrations_per_s;
	int r;

	rate_init(&service.appliance.registrations, rate, 2 * rate, now_ms());
	r = serve(config, &service, problems);
	service_done(&service);
	return r;
}
