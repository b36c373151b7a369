// SPDX-License-Identifier: MIT
/* Dumps of rtnetlink; see rtnl.h. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/str.h"
#include "node/rtnl.h"

#define TIMEOUT_MS 5000
#define BUFFER_BYTES (64 * 1024) /* the kernel fills at most 32 KiB at once */
#define MAC_BYTES 6

static int ask(int fd, const struct rtnl_dump *dump)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
		struct rtattr filter_head;
		uint32_t filter;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = (unsigned short)dump->type,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 1 },
		.link = { .ifi_family = (unsigned char)dump->family },
		.filter_head = { .rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = IFLA_EXT_MASK },
		.filter = dump->filter,
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -1 : 0;
}

/* 1: there is more; 0: that was all; -1 with errno. */
static int take_all(const struct rtnl_dump *dump, const char *buffer, size_t len)
{
	const struct nlmsghdr *message = (const void *)buffer;

	for (; NLMSG_OK(message, len); message = NLMSG_NEXT(message, len)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 0;
		if (message->nlmsg_type == NLMSG_ERROR) {
			errno = -((const struct nlmsgerr *)NLMSG_DATA(message))->error;
			return -1;
		}
		dump->take(dump->data, message);
	}
	return 1;
}

static int receive(int fd, const struct rtnl_dump *dump)
{
	int64_t deadline_ms = now_ms() + TIMEOUT_MS;
	autofree char *buffer = xmalloc(BUFFER_BYTES);
	int more = 1;

	while (more > 0) {
		struct pollfd event = { .fd = fd, .events = POLLIN };
		int r = poll(&event, 1, until_ms(deadline_ms));
		ssize_t n = r > 0 ? recv(fd, buffer, BUFFER_BYTES, 0) : r;

		if (r == 0)
			errno = ETIMEDOUT;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		more = take_all(dump, buffer, (size_t)n);
	}
	return more;
}

int rtnl_dump(const struct rtnl_dump *dump, struct problems *problems)
{
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || ask(fd, dump) < 0 || receive(fd, dump) < 0)
		return problem_errno(problems, errno, "rtnetlink");
	return 0;
}

void rtnl_attributes(const struct rtattr *first, size_t len, const struct rtattr **ret, size_t max)
{
	for (size_t i = 0; i <= max; i++)
		ret[i] = NULL;
	for (const struct rtattr *a = first; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) <= max)
			ret[a->rta_type & NLA_TYPE_MASK] = a;
}

void rtnl_nested(const struct rtattr *outer, const struct rtattr **ret, size_t max)
{
	rtnl_attributes(outer ? RTA_DATA(outer) : NULL, outer ? RTA_PAYLOAD(outer) : 0, ret, max);
}

uint32_t rtnl_number(const struct rtattr *attribute, uint32_t fallback)
{
	uint32_t u32;
	uint16_t u16;

	switch (attribute ? RTA_PAYLOAD(attribute) : 0) {
	case sizeof(uint8_t):
		return *(const uint8_t *)RTA_DATA(attribute);
	case sizeof(u16):
		memcpy(&u16, RTA_DATA(attribute), sizeof(u16));
		return u16;
	case sizeof(u32):
		memcpy(&u32, RTA_DATA(attribute), sizeof(u32));
		return u32;
	default:
		return fallback;
	}
}

char *rtnl_text(const struct rtattr *attribute)
{
	return attribute ? xstrndup(RTA_DATA(attribute), RTA_PAYLOAD(attribute)) : NULL;
}

char *rtnl_mac(const struct rtattr *attribute)
{
	const unsigned char *mac = attribute ? RTA_DATA(attribute) : NULL;

	if (!mac || RTA_PAYLOAD(attribute) != MAC_BYTES)
		return NULL;
	return xasprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
			 mac[5]);
}
