// SPDX-License-Identifier: MIT
/*
 * roost-agent: the node's side of the conversation with the appliance. It registers the host, fetches
 * its kickstart, and says with a heartbeat how the host is. One thread; every step is bounded; between
 * steps it sleeps until a time or until a file below /run changes.
 *
 * In: host.conf, token, config.json, network.json, storage.json of /run/roost; networkd's and
 * timesyncd's state. Out: /run/roost/input/appliance.ks, agent.json, and events in the timeline.
 */
#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <systemd/sd-daemon.h>

#include "common/file.h"
#include "common/program.h"
#include "node/agent.h"

#define SLEEP_MAX_MS 10000 /* the watchdog is fed between sleeps */

struct options {
	const char *root;
};

static const struct program program = {
	.doc = "Registers this host with its appliance and keeps it informed.",
	.options = (const struct program_option[]){ PROGRAM_ROOT(struct options, root), { 0 } },
};

/* Folders to watch, and which of their files matter; the agent writes to /run/roost itself. */
static const struct {
	const char *folder;
	const char *const names[8];
} watched[] = {
	{ "/run/roost",
	  { "host.conf", "token", "config.json", "network.json", "storage.json", "services.json",
	    "firewall.json", NULL } },
	{ "/run/systemd/netif", { "state", NULL } },
	{ "/run/systemd/timesync", { "synchronized", NULL } },
	{ "/run/libvirt", { "libvirt-sock", "virtqemud-sock", NULL } },
};

struct watch {
	int fd;
	int ids[ARRAY_SIZE(watched)]; /* -1: the folder is not there yet */
};

static void add_watches(struct watch *watch, const char *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
		autofree char *path = path_in_root(root, watched[i].folder);

		if (watch->ids[i] < 0)
			watch->ids[i] = inotify_add_watch(watch->fd, path,
							  IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
	}
}

static bool is_of_interest(const struct watch *watch, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	for (size_t i = 0; event->len && i < ARRAY_SIZE(watched); i++) {
		if (watch->ids[i] != event->wd)
			continue;
		for (size_t j = 0; watched[i].names[j]; j++)
			if (streq(event->name, watched[i].names[j]))
				return true;
	}
	return false;
}

/* A folder that was removed is watched again when it is back. */
static void forget_watch(struct watch *watch, const struct inotify_event *event)
{
	for (size_t i = 0; event->mask & IN_IGNORED && i < ARRAY_SIZE(watched); i++)
		if (watch->ids[i] == event->wd)
			watch->ids[i] = -1;
}

/* Reads everything that is queued; true when a file of interest changed. */
static bool drain(struct watch *watch)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool is_changed = false;
	ssize_t n;

	while ((n = read(watch->fd, buffer, sizeof(buffer))) > 0) {
		for (char *p = buffer; p < buffer + n;) {
			const struct inotify_event *event = (const void *)p;

			is_changed |= is_of_interest(watch, event);
			forget_watch(watch, event);
			p += sizeof(*event) + event->len;
		}
	}
	return is_changed;
}

static void tell_service_manager(const struct agent *agent)
{
	sd_notifyf(0, "READY=1\nWATCHDOG=1\nSTATUS=%s%s%s",
		   agent_state_name(agent->machine.state), agent->reason ? ": " : "",
		   agent->reason ? agent->reason : "");
}

static int run(struct agent *agent, struct watch *watch)
{
	for (;;) {
		struct pollfd wait = { .fd = watch->fd, .events = POLLIN };
		int timeout_ms;

		agent_publish(agent);
		tell_service_manager(agent);
		agent_fetch_url(agent);
		agent_turn(agent);
		agent_look_again(agent);
		agent_publish(agent);
		tell_service_manager(agent);
		add_watches(watch, agent->root);
		timeout_ms = until_ms(agent_next_ms(agent));
		if (poll(&wait, 1, timeout_ms < SLEEP_MAX_MS ? timeout_ms : SLEEP_MAX_MS) < 0 &&
		    errno != EINTR)
			return EXIT_TEMPORARY;
		if (drain(watch))
			agent_files_changed(agent);
	}
}

int main(int argc, char **argv)
{
	struct options options = { .root = "/" };
	struct watch watch = { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK) };
	struct agent agent;
	int code;

	cli_start("roost-agent");
	program_parse(&program, argc, argv, &options);
	if (watch.fd < 0) {
		log_error("cannot watch files: %s", strerror(errno));
		return EXIT_TEMPORARY;
	}
	memset(watch.ids, -1, sizeof(watch.ids));
	agent_start(&agent, options.root);
	code = run(&agent, &watch);
	agent_done(&agent);
	close(watch.fd);
	return code;
}
