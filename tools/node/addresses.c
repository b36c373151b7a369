// SPDX-License-Identifier: MIT
/* Addresses from getifaddrs(3), news from rtnetlink(7); see addresses.h. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include "common/file.h"
#include "node/addresses.h"

static void add(json_t *list, const char *interface, const char *address)
{
	json_array_append_new(list, json_pack("{s:s, s:s}", "interface", interface, "address",
					      address));
}

static unsigned prefix_length(const void *mask, size_t size)
{
	const unsigned char *bytes = mask;
	unsigned bits = 0;

	for (size_t i = 0; i < size; i++)
		bits += (unsigned)__builtin_popcount(bytes[i]);
	return bits;
}

/* False for what says nothing about how to reach the host. */
static bool is_useful(const struct ifaddrs *item)
{
	if (!item->ifa_addr || !item->ifa_netmask || item->ifa_flags & IFF_LOOPBACK)
		return false;
	if (item->ifa_addr->sa_family == AF_INET6)
		return !IN6_IS_ADDR_LINKLOCAL(
			&((const struct sockaddr_in6 *)(const void *)item->ifa_addr)->sin6_addr);
	return item->ifa_addr->sa_family == AF_INET;
}

static void add_item(json_t *list, const struct ifaddrs *item)
{
	bool is_ipv6 = item->ifa_addr->sa_family == AF_INET6;
	size_t offset = is_ipv6 ? offsetof(struct sockaddr_in6, sin6_addr) :
				  offsetof(struct sockaddr_in, sin_addr);
	size_t size = is_ipv6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	char text[INET6_ADDRSTRLEN];
	autofree char *with_length = NULL;

	inet_ntop(item->ifa_addr->sa_family, (const char *)item->ifa_addr + offset, text,
		  sizeof(text));
	with_length = xasprintf("%s/%u", text,
				prefix_length((const char *)item->ifa_netmask + offset, size));
	add(list, item->ifa_name, with_length);
}

static void read_kernel(json_t *list)
{
	struct ifaddrs *items = NULL;

	if (getifaddrs(&items) < 0)
		return;
	for (const struct ifaddrs *item = items; item; item = item->ifa_next)
		if (is_useful(item))
			add_item(list, item);
	freeifaddrs(items);
}

static void read_stand_in(const char *root, json_t *list)
{
	autofree char *path = path_in_root(root, "/addresses");
	autofree char *data = NULL;
	autostrv char **lines = NULL;

	if (file_read_optional(path, 64 * 1024, &data, NULL, NULL) < 0 || !data)
		return;
	lines = strv_split(data, "\n", false);
	for (char **line = lines; line && *line; line++) {
		autostrv char **words = strv_split(*line, " ", false);

		if (strv_len(words) == 2)
			add(list, words[0], words[1]);
	}
}

json_t *addresses_read(const char *root)
{
	json_t *list = json_array();

	if (streq(root, "/"))
		read_kernel(list);
	else
		read_stand_in(root, list);
	return list;
}

int addresses_watch(const char *root)
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	autoclose int fd = -1;

	if (!streq(root, "/"))
		return -1;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&groups, sizeof(groups)) < 0)
		return -1;
	return take_fd(&fd);
}

void addresses_drain(int fd)
{
	char buffer[8192];

	/* an overrun (ENOBUFS) is news too: the next read gives what is queued now */
	while (recv(fd, buffer, sizeof(buffer), 0) > 0)
		;
}
