// SPDX-License-Identifier: MIT
/* One rtnetlink request and its answer; see link_delete.h. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include "node/link_delete.h"

#define ANSWER_MS 5000

/* The kernel's error number, 0 for success. */
static int answer(int fd)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} reply;

	if (poll(&event, 1, ANSWER_MS) <= 0)
		return ETIMEDOUT;
	if (recv(fd, &reply, sizeof(reply), 0) < (ssize_t)(sizeof(reply.head) + sizeof(int)))
		return EIO;
	return reply.head.nlmsg_type == NLMSG_ERROR ? -reply.error.error : EIO;
}

int link_delete(const char *name, struct problems *problems)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_DELLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK, .nlmsg_seq = 1 },
		.link = { .ifi_family = AF_UNSPEC, .ifi_index = (int)if_nametoindex(name) },
	};
	int errnum;

	if (request.link.ifi_index == 0)
		return 0;
	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0)
		return problem_errno(problems, errno, "removing %s", name);
	errnum = answer(fd);
	return errnum && errnum != ENODEV ? problem_errno(problems, errnum, "removing %s", name) : 0;
}
