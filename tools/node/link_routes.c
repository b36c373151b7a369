// SPDX-License-Identifier: MIT
/* The kernel's main routing tables; see link_routes.h. */
#include <arpa/inet.h>

#include "host/prefix.h"
#include "node/link_routes.h"
#include "node/rtnl.h"

/* rtm_protocol in iproute2's words (rt_protos), as far as networks of hosts have them. */
static const char *const origins[] = {
	[RTPROT_REDIRECT] = "redirect", [RTPROT_KERNEL] = "kernel", [RTPROT_BOOT] = "boot",
	[RTPROT_STATIC] = "static", [RTPROT_RA] = "ra", [RTPROT_DHCP] = "dhcp",
};

static const char *origin_of(const struct rtmsg *head)
{
	const char *origin = head->rtm_protocol < ARRAY_SIZE(origins) ? origins[head->rtm_protocol] :
									 NULL;

	return origin ? origin : "other";
}

/* No attribute: the default route. NULL when it is no address of the family. */
static char *destination_of(const struct rtmsg *head, const struct rtattr *attribute)
{
	struct prefix prefix = { .family = head->rtm_family, .length = head->rtm_dst_len };

	if (attribute && RTA_PAYLOAD(attribute) * 8 != (size_t)prefix_bits(&prefix))
		return NULL;
	if (attribute)
		memcpy(prefix.address, RTA_DATA(attribute), RTA_PAYLOAD(attribute));
	return prefix_text(&prefix);
}

static char *gateway_of(int family, const struct rtattr *attribute)
{
	char text[INET6_ADDRSTRLEN];
	size_t bytes = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);

	if (!attribute || RTA_PAYLOAD(attribute) != bytes)
		return NULL;
	inet_ntop(family, RTA_DATA(attribute), text, sizeof(text));
	return xstrdup(text);
}

struct route {
	const struct rtmsg *head;
	const char *destination;
	long long metric;
};

static void add(const json_t *indexes, const struct route *route, int link_index,
		const struct rtattr *gateway)
{
	autofree char *index = xasprintf("%d", link_index);
	autofree char *via = gateway_of(route->head->rtm_family, gateway);
	json_t *link = json_object_get(indexes, index), *item;

	if (!link)
		return;
	item = json_pack("{s:s, s:s*, s:I, s:s}", "destination", route->destination, "gateway", via,
			 "metric", (json_int_t)route->metric, "origin", origin_of(route->head));
	json_array_append_new(json_object_get(link, "routes"), item);
}

/* A route over several links or gateways: rtnetlink(7), RTA_MULTIPATH. */
static void add_each(const json_t *indexes, const struct route *route, const struct rtattr *list)
{
	const struct rtnexthop *hop = RTA_DATA(list);
	int len = (int)RTA_PAYLOAD(list);

	while (len >= (int)sizeof(*hop) && RTNH_OK(hop, len)) {
		const struct rtattr *attributes[RTA_GATEWAY + 1];

		rtnl_attributes(RTNH_DATA(hop), hop->rtnh_len - RTNH_LENGTH(0), attributes,
				RTA_GATEWAY);
		add(indexes, route, hop->rtnh_ifindex, attributes[RTA_GATEWAY]);
		len -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

static void take_route(void *data, const struct nlmsghdr *message)
{
	const json_t *indexes = data;
	const struct rtmsg *head = NLMSG_DATA(message);
	const struct rtattr *attributes[RTA_TABLE + 1];
	autofree char *destination = NULL;
	struct route route = { .head = head };

	if (message->nlmsg_type != RTM_NEWROUTE || head->rtm_type != RTN_UNICAST ||
	    head->rtm_flags & RTM_F_CLONED ||
	    (head->rtm_family != AF_INET && head->rtm_family != AF_INET6))
		return;
	rtnl_attributes(RTM_RTA(head), RTM_PAYLOAD(message), attributes, RTA_TABLE);
	destination = destination_of(head, attributes[RTA_DST]);
	if (!destination || rtnl_number(attributes[RTA_TABLE], head->rtm_table) != RT_TABLE_MAIN)
		return;
	route.destination = destination;
	route.metric = rtnl_number(attributes[RTA_PRIORITY], 0);
	if (attributes[RTA_MULTIPATH])
		add_each(indexes, &route, attributes[RTA_MULTIPATH]);
	else
		add(indexes, &route, (int)rtnl_number(attributes[RTA_OIF], 0),
		    attributes[RTA_GATEWAY]);
}

int link_routes_add(const json_t *indexes, struct problems *problems)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const char *index;
	json_t *link;
	int bad = 0;

	json_object_foreach((json_t *)indexes, index, link)
		json_object_set_new(link, "routes", json_array());
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct rtnl_dump dump = { RTM_GETROUTE, families[i], 0, take_route,
						(void *)indexes };

		bad |= rtnl_dump(&dump, problems);
	}
	return bad;
}
