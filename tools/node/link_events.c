// SPDX-License-Identifier: MIT
/* rtnetlink(7) and inotify(7) as one thing to wait for; see link_events.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "node/link_events.h"

static int watch_folder(struct link_events *events, const char *folder, uint32_t what,
			struct problems *problems)
{
	events->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (events->files < 0 || inotify_add_watch(events->files, folder, what) < 0)
		return problem_errno(problems, errno, "watching %s", folder);
	return 0;
}

int file_events_open(struct link_events *events, const char *folder, struct problems *problems)
{
	*events = (struct link_events){ .netlink = -1, .files = -1 };
	return watch_folder(events, folder, IN_MOVED_TO, problems);
}

int removal_events_open(struct link_events *events, const char *folder, struct problems *problems)
{
	*events = (struct link_events){ .netlink = -1, .files = -1 };
	return watch_folder(events, folder, IN_DELETE, problems);
}

int link_events_open(struct link_events *events, const char *folder, struct problems *problems)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};

	*events = (struct link_events){ .netlink = -1, .files = -1 };
	events->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (events->netlink < 0 ||
	    bind(events->netlink, (struct sockaddr *)&address, sizeof(address)) < 0)
		return problem_errno(problems, errno, "rtnetlink");
	return folder ? watch_folder(events, folder, IN_MOVED_TO, problems) : 0;
}

/* Messages are counted, not read: ENOBUFS (some were lost) is a change like any other. */
static bool drain(int fd)
{
	char buffer[8192];
	bool any = false;
	ssize_t n;

	while (fd >= 0 && ((n = read(fd, buffer, sizeof(buffer))) > 0 ||
			   (n < 0 && (errno == EINTR || errno == ENOBUFS))))
		any = true;
	return any;
}

bool link_events_wait(struct link_events *events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd fds[] = { { .fd = events->netlink, .events = POLLIN },
					{ .fd = events->files, .events = POLLIN } };
		int r = poll(fds, ARRAY_SIZE(fds), deadline_ms < 0 ? -1 : until_ms(deadline_ms));
		bool links = drain(events->netlink), files = drain(events->files);

		if (links || files)
			return true;
		if (r == 0 || (r < 0 && errno != EINTR))
			return false;
	}
}

void link_events_close(struct link_events *events)
{
	cleanup_close(&events->netlink);
	cleanup_close(&events->files);
}
