// SPDX-License-Identifier: MIT
/*
 * The watch's loop: when to look; see storage_watch.h. What follows from a look is in
 * storage_watch_pools.c.
 *
 *	every 10 s, and a second after a mount or a disk came or went:
 *	  look (children, 5 s) --> what is gone: taken away, told in storage.json
 *	                       '-> what is back: roost-storage.service
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include "common/cli.h"
#include "common/process.h"
#include "node/host_conf.h"
#include "node/storage_report.h"
#include "node/storage_state.h"
#include "node/storage_watch.h"
#include "node/storage_watch_pools.h"

#define SERVICE "roost-storage.service"
#define SYSTEMCTL_MS 10000
#define UEVENTS_OF_KERNEL 1

struct events {
	int timer, mounts, disks;
	int every_s;
};

static int open_events(struct events *events, struct problems *problems)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = UEVENTS_OF_KERNEL };

	events->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	events->mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	events->disks = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			       NETLINK_KOBJECT_UEVENT);
	if (events->timer < 0 || events->mounts < 0 || events->disks < 0 ||
	    bind(events->disks, (struct sockaddr *)&address, sizeof(address)) < 0)
		return problem_errno(problems, errno, "watching mounts and disks");
	return 0;
}

static void look_in(const struct events *events, int first_s)
{
	struct itimerspec when = { .it_value.tv_sec = first_s, .it_interval.tv_sec = events->every_s };

	timerfd_settime(events->timer, 0, &when, NULL);
}

/* Whether a disk came, went or changed its size. A message is texts with a NUL behind each. */
static bool read_disk_events(int fd)
{
	char buffer[8192];
	bool is_news = false;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0 || (n < 0 && errno == ENOBUFS))
		is_news = is_news || n < 0 || memmem(buffer, (size_t)n, "SUBSYSTEM=block", 15);
	return is_news;
}

/* Waits for the next look; whether disks have changed since the last one. */
static bool wait_for_turn(const struct events *events)
{
	bool disks_changed = false;
	uint64_t expirations;

	for (;;) {
		struct pollfd fds[] = { { .fd = events->timer, .events = POLLIN },
					{ .fd = events->mounts, .events = POLLPRI },
					{ .fd = events->disks, .events = POLLIN } };

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		if (fds[2].revents && read_disk_events(events->disks)) {
			disks_changed = true;
			look_in(events, 1);
		}
		if (fds[1].revents)
			look_in(events, 1);
		if (fds[0].revents && read(events->timer, &expirations, sizeof(expirations)) > 0)
			return disks_changed;
	}
}

/* Children that a server held in the kernel when they were killed end some time later. */
static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* In the backoff between its tries a service begins at once only when it is restarted. */
static void ask_for_apply(enum apply_wish wish)
{
	const char *argv[] = { "systemctl", "--no-block", wish == APPLY_NOW ? "restart" : "start", SERVICE,
			       NULL };
	autoproblems struct problems problems = { 0 };

	if (wish != APPLY_NOT &&
	    process_run(&(struct process){ .argv = argv, .timeout_ms = SYSTEMCTL_MS }, NULL, &problems) < 0)
		cli_fail(&problems, EXIT_TEMPORARY);
}

/* Under the lock: the report is apply's, too. */
static enum apply_wish look_locked(struct watch *watch)
{
	autofree char *configuration = NULL;
	autojson json_t *report = storage_report_read(watch->root);
	const char *applied = json_string_value(json_object_get(report, "configuration"));
	autohost struct host host = { 0 };
	struct storage_plan plan;
	enum apply_wish wish;

	/* A configuration that was not applied yet is not ours to judge. */
	if (!applied || host_conf_read(watch->root, &host, &configuration, NULL) < 0 ||
	    !streq(applied, configuration))
		return APPLY_NOT;
	storage_plan_make(watch->root, watch->uri, &host, &plan);
	wish = watch_pools(watch, &plan, report);
	storage_plan_done(&plan);
	return wish;
}

static void look(struct watch *watch)
{
	int lock = storage_state_lock(watch->root, 0);
	enum apply_wish wish;

	/* While an apply is at work, it is the one that looks. */
	if (lock < 0)
		return;
	wish = look_locked(watch);
	storage_state_unlock(lock);
	ask_for_apply(wish);
}

int storage_watch(const char *root, const char *uri, int every_s, struct problems *problems)
{
	struct watch watch = { .root = root, .uri = uri };
	struct events events = { .every_s = every_s };

	if (open_events(&events, problems) < 0)
		return EXIT_TEMPORARY;
	look_in(&events, 1);
	for (;;) {
		watch.disks_changed = wait_for_turn(&events);
		reap();
		look(&watch);
	}
}
