// SPDX-License-Identifier: MIT
/* Services that listen; see services.h. */
#include "common/cli.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/timeline.h"
#include "host/access.h"
#include "node/agent_pki.h"
#include "node/due.h"
#include "node/firewall.h"
#include "node/host_conf.h"
#include "node/services.h"
#include "node/services_look.h"
#include "node/storage_state.h"

struct service {
	const char *name;       /* in services --enabled= */
	const char *socket;     /* systemd starts the daemon at the first connection */
	const char *daemon;     /* which others use, too: it takes the socket over only while it starts */
	service_look_fn *look;
	/* NULL: it needs nothing written. Before each start, and when it is turned off. */
	int (*prepare)(const char *root, const struct host *host, struct problems *problems);
	void (*unprepare)(const char *root);
	bool (*is_implied)(const struct host *host); /* on without its name, when that is true; NULL: never */
};

static const struct service services[] = {
	{ "libvirtd-tls", "libvirtd-tls.socket", "libvirtd.service", look_libvirt_tls, NULL, NULL },
	{ "libvirtd-tcp", "libvirtd-tcp.socket", "libvirtd.service", look_libvirt_tcp, prepare_libvirt_tcp,
	  unprepare_libvirt_tcp },
	{ SSHD_SERVICE, "roost-sshd.socket", "roost-sshd.service", look_sshd, prepare_sshd, unprepare_sshd,
	  host_has_ssh },
};

/* Below another root, or dry, everything is looked at and nothing is done. */
static bool acts(const struct services_apply *apply)
{
	return !apply->is_dry_run && streq(apply->root, "/");
}

/* The three files change one after the other, the certificate last. */
enum service_state look_libvirt_tls(const char *root, const struct host *host, struct service_look *ret)
{
	autofree char *path = path_in_root(root, PKI_FOLDER "/cert.pem");

	(void)host;
	if (path_exists(path) && sha256_file(path, &ret->digest, NULL) == 0)
		return SERVICE_ON;
	ret->reason = xstrdup("waits for the host's certificate, which comes with its registration");
	return SERVICE_WAITING;
}

/* ---- One service ------------------------------------------------------------------------------------- */

static const struct service *find_service(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (streq(services[i].name, name))
			return &services[i];
	return NULL;
}

static char *known_names(void)
{
	autostrv char **names = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		strv_push(&names, services[i].name);
	return strv_join(names, ", ");
}

static bool is_active(const char *unit)
{
	return process_call(NULL, "systemctl", "is-active", "--quiet", unit, NULL) == 0;
}

#define LIBVIRT_DAEMON "libvirtd.service"
#define STORAGE_WAIT_S 30
static const char *const local_sockets[] = { "libvirtd.socket", "libvirtd-ro.socket" };

/*
 * The daemon takes a socket over only while it starts, and whoever connects to one of its own wakes it: those are
 * down for that moment. The sockets of other services are bound to them, and go down with them.
 *
 * systemctl has one job after the other made, so their order matters: a socket that is to stop wakes nobody, so it is
 * stopped before the daemon; and one for the network brings the local one with it, and the daemon waits for both.
 */
static int add_libvirt_socket(const struct service *added, struct problems *problems)
{
	const char *argv[ARRAY_SIZE(services) + 5] = { "systemctl", "start" };
	size_t n = 2;

	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (streq(services[i].daemon, LIBVIRT_DAEMON) &&
		    (&services[i] == added || is_active(services[i].socket)))
			argv[n++] = services[i].socket;
	for (size_t i = 0; i < ARRAY_SIZE(local_sockets); i++)
		argv[n++] = local_sockets[i];
	if (process_call(problems, "systemctl", "stop", local_sockets[0], local_sockets[1], LIBVIRT_DAEMON, NULL) < 0)
		return -1;
	return process_run(&(struct process){ .argv = argv }, NULL, problems);
}

/* Guests go on: they are no part of the daemon. */
static int start_socket(const struct service *service, struct problems *problems)
{
	if (is_active(service->socket))
		return process_call(problems, "systemctl", "try-restart", service->daemon, NULL);
	if (streq(service->daemon, LIBVIRT_DAEMON))
		return add_libvirt_socket(service, problems);
	return process_call(problems, "systemctl", "start", service->socket, NULL);
}

static int stop_socket(const struct service *service, struct problems *problems)
{
	return process_call(problems, "systemctl", "stop", service->daemon, service->socket, NULL);
}

/* What roost-storage asks of libvirt just now would be cut off; but a server that does not answer it may take long. */
static int change_socket(const struct services_apply *apply, const struct service *service,
			 int (*change)(const struct service *, struct problems *), struct problems *problems)
{
	bool is_libvirt = streq(service->daemon, LIBVIRT_DAEMON);
	int lock = is_libvirt ? storage_state_lock(apply->root, STORAGE_WAIT_S) : -1;
	int r = change(service, problems);

	if (lock >= 0)
		storage_state_unlock(lock);
	return r;
}

/* What it was started with last: the digest of what it needs. */
static char *mark_path(const char *root, const struct service *service)
{
	autofree char *file = xasprintf("/run/roost/services/%s", service->name);

	return path_in_root(root, file);
}

static int prepare(const struct services_apply *apply, const struct host *host, const struct service *service,
		   struct problems *problems)
{
	return service->prepare && !apply->is_dry_run ? service->prepare(apply->root, host, problems) : 0;
}

static int turn_on(const struct services_apply *apply, const struct host *host, const struct service *service,
		   const char *digest, struct problems *problems)
{
	autofree char *mark = mark_path(apply->root, service), *folder = path_in_root(apply->root, "/run/roost/services");

	if (file_has(mark, digest, strlen(digest)) && is_active(service->socket))
		return 0;
	/* there from before it is on until it is off */
	if (make_folders(folder, 0755, problems) < 0 || file_write_text(mark, 0600, "", problems) < 0 || prepare(apply, host, service, problems) < 0 ||
	    change_socket(apply, service, start_socket, problems) < 0)
		return -1;
	timeline_mark(apply->root, "service", "%s is on", service->name);
	return file_write_text(mark, 0600, digest, problems);
}

static int turn_off(const struct services_apply *apply, const struct service *service, struct problems *problems)
{
	autofree char *mark = mark_path(apply->root, service);
	int r;

	if (!path_exists(mark))
		return 0;
	r = is_active(service->socket) ? change_socket(apply, service, stop_socket, problems) : 0;
	if (service->unprepare)
		service->unprepare(apply->root);
	if (r == 0)
		(void)unlink(mark);
	return r;
}

/* digest NULL: it cannot run. */
static int change_to(const struct services_apply *apply, const struct host *host, const struct service *service,
		     const char *digest, struct problems *problems)
{
	if (!acts(apply))
		return digest ? prepare(apply, host, service, problems) : 0;
	return digest ? turn_on(apply, host, service, digest, problems) : turn_off(apply, service, problems);
}

static json_t *item(const char *name, const char *state, const char *reason)
{
	return json_pack("{ss, ss, ss*}", "name", name, "state", state, "reason", reason);
}

static json_t *unknown_item(const char *name)
{
	autofree char *known = known_names();
	autofree char *reason = xasprintf("this image has no such service: expected %s", known);

	return item(name, "unknown", reason);
}

/* What it needed may have gone: then it is off, too. Without the firewall's word all stays as it is. */
static json_t *turn_on_item(const struct services_apply *apply, const struct host *host, const char *name)
{
	static const char *const states[] = {
		[SERVICE_ON] = "on", [SERVICE_WAITING] = "waiting", [SERVICE_INCOMPLETE] = "incomplete",
	};
	const struct service *service = find_service(name);
	autoproblems struct problems problems = { 0 };
	autofree char *digest = NULL, *reason = NULL;
	struct service_look look = { 0 };
	enum service_state state;

	if (!service)
		return unknown_item(name);
	reason = firewall_reason(apply->root);
	if (reason)
		return item(name, states[SERVICE_WAITING], reason);
	state = service->look(apply->root, host, &look);
	digest = look.digest;
	reason = look.reason;
	if (change_to(apply, host, service, digest, &problems) == 0)
		return item(name, states[state], reason);
	free(reason);
	reason = problems_text(&problems);
	return item(name, "failed", reason);
}

/* ---- All of them --------------------------------------------------------------------------------------- */

static bool is_implied(const struct host *host, const struct service *service)
{
	return service->is_implied && service->is_implied(host);
}

static void turn_off_others(const struct services_apply *apply, const struct host *host, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (!host_has_service(host, services[i].name) && !is_implied(host, &services[i]))
			(void)turn_off(apply, &services[i], problems);
}

static json_t *turn_on_all(const struct services_apply *apply, const struct host *host)
{
	json_t *items = json_array();

	for (char **name = host->services.enabled; name && *name; name++)
		if (host_has_service(host, *name))
			json_array_append_new(items, turn_on_item(apply, host, *name));
	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (is_implied(host, &services[i]) && !host_has_service(host, services[i].name))
			json_array_append_new(items, turn_on_item(apply, host, services[i].name));
	return items;
}

static bool has_state(const json_t *items, const char *state)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(items, i, entry)
		if (streq(json_string_value(json_object_get(entry, "state")), state))
			return true;
	return false;
}

/* The first reason, with the name of its service. Owned by the caller; NULL: none. */
static char *first_reason(const json_t *items)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(items, i, entry) {
		const char *reason = json_string_value(json_object_get(entry, "reason"));

		if (reason)
			return xasprintf("%s: %s", json_string_value(json_object_get(entry, "name")), reason);
	}
	return NULL;
}

static int report(const struct services_apply *apply, const char *configuration, json_t *items,
		  struct problems *problems)
{
	bool is_broken = has_state(items, "failed") || has_state(items, "unknown") ||
			 has_state(items, "incomplete");
	const char *state = is_broken ? "degraded" : has_state(items, "waiting") ? "waiting" :
			    json_array_size(items) ? "ok" : "none";
	autofree char *path = path_in_root(apply->root, SERVICES_JSON), *reason = first_reason(items);
	autojson json_t *value = json_pack("{ss, ss*, ss, sO}", "state", state, "reason", reason, "configuration",
					   configuration, "items", items);

	if (apply->is_dry_run) {
		json_print(value, stdout);
		return EXIT_DONE;
	}
	if (reason)
		problem(problems, "%s", reason);
	if (json_write_file(path, 0644, value, problems) < 0 || has_state(items, "failed") ||
	    has_state(items, "waiting"))
		return EXIT_TEMPORARY;
	return is_broken ? EXIT_PERMANENT : EXIT_DONE;
}

int services_apply(const struct services_apply *apply, struct problems *problems)
{
	autofree char *configuration = NULL;
	autohost struct host host = { 0 };
	autojson json_t *items = NULL;

	if (!apply->is_dry_run && due_take(apply->root, "roost-services", problems) < 0)
		return EXIT_TEMPORARY;
	if (host_conf_read(apply->root, &host, &configuration, problems) < 0)
		return EXIT_PERMANENT;
	if (acts(apply))
		turn_off_others(apply, &host, problems);
	items = turn_on_all(apply, &host);
	return report(apply, configuration, items, problems);
}
