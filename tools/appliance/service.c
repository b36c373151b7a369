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

static int open_addresses(const struct service_config *config, struct service *service,
			  struct problems *problems)
{
	const char *const texts[2] = { config->nodes, config->admin };

	for (int i = 0; i < 2; i++)
		if (listen_parse(texts[i], &service->addresses[i], problems) < 0 ||
		    listen_open(&service->addresses[i], &service->fds[i], &service->ports[i],
				problems) < 0)
			return -1;
	return 0;
}

static char **certificate_names(const struct service_config *config, const struct service *service)
{
	char **names = strv_copy(config->names);

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
static int start_servers(const struct service_config *config, struct service *service,
			 struct problems *problems)
{
	autostrv char **names = certificate_names(config, service);
	autofree char *certificate = NULL;
	autofree char *key = NULL;

	if (ca_server(service->appliance.ca, config->state, names, time(NULL), &certificate, &key,
		      problems) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		struct server_config server = {
			.listener = listeners[i],
			.fd = service->fds[i],
			.certificate_pem = certificate,
			.key_pem = key,
			/* Browsers would ask operators for a certificate. */
			.ca_pem = listeners[i] == ON_NODES ? ca_pem(service->appliance.ca) : NULL,
			.connections_max = (unsigned)config->connections_max,
			.connections_per_address_max =
				(unsigned)config->connections_per_address_max,
		};

		if (server_start(&service->appliance, &server, &service->servers[i], problems) < 0)
			return -1;
	}
	return 0;
}

/* Where roostctl --state finds this server; also with ports that the kernel chose. */
static int write_endpoints(const struct service_config *config, const struct service *service,
			   struct problems *problems)
{
	autofree char *path = path_join(config->state, "endpoints.json");
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
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* A certificate that ends soon is made anew, and the servers start with it, on the same sockets. */
static int renew(const struct service_config *config, struct service *service,
		 struct problems *problems)
{
	stop_servers(service);
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
	autofree char *nodes = listen_url(&service->addresses[0], service->ports[0]);
	autofree char *admin = listen_url(&service->addresses[1], service->ports[1]);

	log_info("nodes: %s%s, operators: %s, state: %s", nodes,
		 service->addresses[0].is_any ? " (all addresses)" : "", admin, config->state);
	log_info("fingerprint: %s", ca_fingerprint(service->appliance.ca));
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

int service_run(const struct service_config *config, struct problems *problems)
{
	struct service service = {
		.appliance = {
			.boot_fd = -1,
			.heartbeat_s = (unsigned)config->heartbeat_s,
			.metrics.started_at = time(NULL),
			.check_kickstart = config->check_kickstart,
		},
		.fds = { -1, -1 },
		.lock_fd = -1,
	};
	unsigned rate = (unsigned)config->registrations_per_s;
	int r;

	rate_init(&service.appliance.registrations, rate, 2 * rate, now_ms());
	r = serve(config, &service, problems);
	service_done(&service);
	return r;
}
