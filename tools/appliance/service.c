// SPDX-License-Identifier: MIT
/* The appliance from start to end: state folder, addresses, servers, signals; see service.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "appliance/endpoints.h"
#include "appliance/routes.h"
#include "appliance/tokens.h"
#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"

#define RENEW_CHECK_MS (6 * 3600 * 1000)
#define TICK_MS 5000

/* ---- State -------------------------------------------------------------------------------------- */

struct service {
	struct appliance appliance;
	struct endpoints endpoints;
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

/* It may be replaced later; a wrong name is better told now. What is in it is for anyone. */
static int check_boot_dir(const char *path, const char *state, struct problems *problems)
{
	autofree char *boot = path ? realpath(path, NULL) : NULL;
	autofree char *own = realpath(state, NULL);
	autoclose int fd = -1;
	const char *rest;

	if (!path)
		return 0;
	if (boot)
		fd = open(boot, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return problem_errno(problems, errno, "cannot open --boot-dir %s", path);
	rest = own ? str_after(own, boot) : NULL;
	if (rest && (*rest == '\0' || *rest == '/' || streq(boot, "/")))
		return problem(problems, "--boot-dir %s: the state folder %s with its keys is in it: expected "
			       "a folder of its own", path, state);
	return 0;
}

static int open_state(const struct service_config *config, struct service *service,
		      struct problems *problems)
{
	autofree char *file = xasprintf("sqlite:%s/appliance.db", config->state);
	struct appliance *appliance = &service->appliance;

	if (make_folders(config->state, 0700, problems) < 0 ||
	    lock_state(config->state, &service->lock_fd, problems) < 0 ||
	    ca_open(config->state, false, &appliance->ca, problems) < 0 ||
	    !(appliance->ssh_ca = ssh_ca_open(config->state, problems)) ||
	    admin_token_open(config->state, &appliance->admin_hash, problems) < 0 ||
	    store_open(config->store ? config->store : file, &appliance->store, problems) < 0 ||
	    ensure_default_pool(appliance->store, problems) < 0)
		return -1;
	return check_boot_dir(config->boot_dir, config->state, problems);
}

/* Where roostctl --state finds this server; also with ports that the kernel chose. */
static int write_endpoints(const struct service_config *config, const struct service *service,
			   struct problems *problems)
{
	autofree char *path = path_join(config->state, "endpoints.json");
	autojson json_t *value = endpoints_json(&service->endpoints);

	json_object_set_new(value, "fingerprint", json_string(ca_fingerprint(service->appliance.ca)));
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
	endpoints_stop(&service->endpoints, ON_NODES | ON_ADMIN);
	return endpoints_start(config, &service->endpoints, &service->appliance, problems);
}

/* Until SIGTERM or SIGINT. SIGHUP, and now and then time, renew the certificate. */
static int run(const struct service_config *config, struct service *service, int signal_fd,
	       struct problems *problems)
{
	struct pollfd wait = { .fd = signal_fd, .events = POLLIN };
	int64_t renew_at_ms = now_ms() + RENEW_CHECK_MS;

	for (;;) {
		struct signalfd_siginfo signal_info = { .ssi_signo = 0 };
		int r = poll(&wait, 1, TICK_MS);

		if (r < 0 && errno != EINTR)
			return problem_errno(problems, errno, "cannot wait");
		if (r > 0 && read(signal_fd, &signal_info, sizeof(signal_info)) < 0)
			return problem_errno(problems, errno, "cannot read a signal");
		if (signal_info.ssi_signo == SIGTERM || signal_info.ssi_signo == SIGINT)
			return 0;
		endpoints_tick(&service->endpoints);
		if (signal_info.ssi_signo != SIGHUP && now_ms() < renew_at_ms)
			continue;
		renew_at_ms = now_ms() + RENEW_CHECK_MS;
		if (renew(config, service, problems) < 0)
			return -1;
	}
}

static void announce(const struct service_config *config, const struct service *service)
{
	endpoints_announce(&service->endpoints);
	log_info("state: %s, fingerprint: %s", config->state, ca_fingerprint(service->appliance.ca));
	sd_notify(0, "READY=1");
}

/* Shells begin with 1024, for the sake of select(2), which nothing here uses. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int serve(const struct service_config *config, struct service *service,
		 struct problems *problems)
{
	autoclose int signal_fd = block_signals();
	int r = -1;

	allow_files();
	if (open_state(config, service, problems) == 0 &&
	    endpoints_open(config, &service->endpoints, &service->appliance.reach, problems) == 0 &&
	    endpoints_start(config, &service->endpoints, &service->appliance, problems) == 0 &&
	    write_endpoints(config, service, problems) == 0) {
		announce(config, service);
		r = run(config, service, signal_fd, problems);
		sd_notify(0, "STOPPING=1");
	}
	endpoints_stop(&service->endpoints, ON_NODES | ON_ADMIN | ON_BOOT);
	return r;
}

static void service_done(struct service *service)
{
	endpoints_done(&service->endpoints);
	store_close(service->appliance.store);
	ca_close(service->appliance.ca);
	ssh_ca_close(service->appliance.ssh_ca);
	free(service->appliance.admin_hash);
	boot_images_done(&service->appliance.boot_images);
	host_macs_done(&service->appliance.host_macs);
	peers_done(&service->appliance.peers);
	reach_done(&service->appliance.reach);
	cleanup_close(&service->lock_fd);
}

int service_run(const struct service_config *config, struct problems *problems)
{
	struct service service = {
		.appliance = {
			.boot_dir = config->boot_dir,
			.heartbeat_s = (unsigned)config->heartbeat_s,
			.metrics.started_at = time(NULL),
			.check_kickstart = config->check_kickstart,
		},
		.lock_fd = -1,
	};
	unsigned rate = (unsigned)config->registrations_per_s;
	int r;

	boot_images_init(&service.appliance.boot_images);
	host_macs_init(&service.appliance.host_macs);
	peers_init(&service.appliance.peers);
	rate_init(&service.appliance.registrations, rate, 2 * rate, now_ms());
	r = serve(config, &service, problems);
	service_done(&service);
	return r;
}
