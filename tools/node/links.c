// SPDX-License-Identifier: MIT
/* Network devices from rtnetlink; see links.h. */
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/socket.h>

#include "common/file.h"
#include "node/addresses.h"
#include "node/facts.h"
#include "node/link_dns.h"
#include "node/link_routes.h"
#include "node/links.h"
#include "node/rtnl.h"

#define STAND_IN "/links.json"
#define STAND_IN_MAX (1024 * 1024)
#define SPEED_MAX_MBPS (10 * 1000 * 1000)

struct reading {
	json_t *links;
	json_t *indexes;        /* {"3": the link with that index}: names come when all are there */
};

/* linux/if_bonding.h's numbers. */
static const char *const bond_modes[] = {
	"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
	"balance-alb",
};

static const char *const bridge_port_states[] = {
	"disabled", "listening", "learning", "forwarding", "blocking",
};

static const char *const bond_port_states[] = { "active", "backup" };

static void set_word(json_t *link, const char *field, const struct rtattr *attribute,
		     const char *const *words, size_t count)
{
	uint32_t n = rtnl_number(attribute, (uint32_t)count);

	if (n < count)
		json_object_set_new(link, field, json_string(words[n]));
}

static void set_number(json_t *link, const char *field, const struct rtattr *attribute)
{
	if (attribute)
		json_object_set_new(link, field, json_integer(rtnl_number(attribute, 0)));
}

static void set_mac(json_t *link, const char *field, const struct rtattr *attribute)
{
	autofree char *mac = rtnl_mac(attribute);

	if (mac)
		json_object_set_new(link, field, json_string(mac));
}

static void set_counters(json_t *link, const struct rtattr *attribute)
{
	struct rtnl_link_stats64 stats = { 0 };
	size_t len = attribute ? RTA_PAYLOAD(attribute) : 0;

	if (!len)
		return;
	memcpy(&stats, RTA_DATA(attribute), len < sizeof(stats) ? len : sizeof(stats));
	json_object_set_new(link, "rx", json_pack("{s:I, s:I, s:I, s:I}",
		"bytes", (json_int_t)stats.rx_bytes, "packets", (json_int_t)stats.rx_packets,
		"errors", (json_int_t)stats.rx_errors, "drops", (json_int_t)stats.rx_dropped));
	json_object_set_new(link, "tx", json_pack("{s:I, s:I, s:I, s:I}",
		"bytes", (json_int_t)stats.tx_bytes, "packets", (json_int_t)stats.tx_packets,
		"errors", (json_int_t)stats.tx_errors, "drops", (json_int_t)stats.tx_dropped));
}

static void set_bond(json_t *link, const struct rtattr *data)
{
	const struct rtattr *bond[IFLA_BOND_AD_INFO + 1], *lacp[IFLA_BOND_AD_INFO_PARTNER_MAC + 1];

	rtnl_nested(data, bond, IFLA_BOND_AD_INFO);
	set_word(link, "mode", bond[IFLA_BOND_MODE], bond_modes, ARRAY_SIZE(bond_modes));
	set_number(link, "active_port", bond[IFLA_BOND_ACTIVE_SLAVE]);
	rtnl_nested(bond[IFLA_BOND_AD_INFO], lacp, IFLA_BOND_AD_INFO_PARTNER_MAC);
	set_number(link, "aggregator", lacp[IFLA_BOND_AD_INFO_AGGREGATOR]);
	set_mac(link, "partner_mac", lacp[IFLA_BOND_AD_INFO_PARTNER_MAC]);
}

static void set_bridge(json_t *link, const struct rtattr *data)
{
	const struct rtattr *bridge[IFLA_BR_VLAN_FILTERING + 1];

	rtnl_nested(data, bridge, IFLA_BR_VLAN_FILTERING);
	if (bridge[IFLA_BR_VLAN_FILTERING])
		json_object_set_new(link, "filters_vlans",
				    json_boolean(rtnl_number(bridge[IFLA_BR_VLAN_FILTERING], 0)));
}

static void set_port(json_t *link, const char *kind, const struct rtattr *data)
{
	const struct rtattr *bond[IFLA_BOND_SLAVE_AD_AGGREGATOR_ID + 1];
	const struct rtattr *bridge[IFLA_BRPORT_STATE + 1];

	if (streq(kind, "bond")) {
		rtnl_nested(data, bond, IFLA_BOND_SLAVE_AD_AGGREGATOR_ID);
		set_word(link, "port_state", bond[IFLA_BOND_SLAVE_STATE], bond_port_states,
			 ARRAY_SIZE(bond_port_states));
		set_number(link, "aggregator", bond[IFLA_BOND_SLAVE_AD_AGGREGATOR_ID]);
	} else if (streq(kind, "bridge")) {
		rtnl_nested(data, bridge, IFLA_BRPORT_STATE);
		set_word(link, "port_state", bridge[IFLA_BRPORT_STATE], bridge_port_states,
			 ARRAY_SIZE(bridge_port_states));
	}
}

/* What the driver of the device's kind says, about itself and about the port that the device is. */
static void set_kind(json_t *link, const struct rtattr *const *attributes)
{
	const struct rtattr *info[IFLA_INFO_SLAVE_DATA + 1], *vlan[IFLA_VLAN_ID + 1];
	autofree char *kind = NULL, *port_of = NULL;

	rtnl_nested(attributes[IFLA_LINKINFO], info, IFLA_INFO_SLAVE_DATA);
	kind = rtnl_text(info[IFLA_INFO_KIND]);
	port_of = rtnl_text(info[IFLA_INFO_SLAVE_KIND]);
	json_object_set_new(link, "kind", json_string(kind ? kind : "nic"));
	if (kind && streq(kind, "bond"))
		set_bond(link, info[IFLA_INFO_DATA]);
	if (kind && streq(kind, "bridge"))
		set_bridge(link, info[IFLA_INFO_DATA]);
	if (kind && streq(kind, "vlan")) {
		rtnl_nested(info[IFLA_INFO_DATA], vlan, IFLA_VLAN_ID);
		set_number(link, "vlan_id", vlan[IFLA_VLAN_ID]);
		set_number(link, "parent", attributes[IFLA_LINK]);
	}
	if (port_of)
		set_port(link, port_of, info[IFLA_INFO_SLAVE_DATA]);
}

/* The kernel answers EINVAL for a card that is down, and -1 or nothing for what has no speed. */
static void set_speed(json_t *link, const char *name)
{
	autofree char *speed_path = xasprintf("/sys/class/net/%s/speed", name);
	autofree char *duplex_path = xasprintf("/sys/class/net/%s/duplex", name);
	long long mbps = fact_number("/", speed_path, 1, SPEED_MAX_MBPS, 0);
	autofree char *duplex = file_read_line(duplex_path);

	if (mbps)
		json_object_set_new(link, "speed_mbps", json_integer(mbps));
	if (duplex && (streq(duplex, "full") || streq(duplex, "half")))
		json_object_set_new(link, "duplex", json_string(duplex));
}

static void take_link(void *data, const struct nlmsghdr *message)
{
	struct reading *reading = data;
	const struct ifinfomsg *head = NLMSG_DATA(message);
	const struct rtattr *attributes[IFLA_CARRIER + 1];
	autofree char *name = NULL, *index = xasprintf("%d", head->ifi_index);
	json_t *link;

	if (message->nlmsg_type != RTM_NEWLINK || head->ifi_flags & IFF_LOOPBACK)
		return;
	rtnl_attributes(IFLA_RTA(head), IFLA_PAYLOAD(message), attributes, IFLA_CARRIER);
	name = rtnl_text(attributes[IFLA_IFNAME]);
	if (!name)
		return;
	link = json_pack("{s:s, s:b, s:b, s:[]}", "name", name, "is_up", head->ifi_flags & IFF_UP,
			 "has_carrier", head->ifi_flags & IFF_UP &&
			 rtnl_number(attributes[IFLA_CARRIER], 0), "addresses");
	set_mac(link, "mac", attributes[IFLA_ADDRESS]);
	set_number(link, "mtu", attributes[IFLA_MTU]);
	set_number(link, "master", attributes[IFLA_MASTER]);
	set_counters(link, attributes[IFLA_STATS64]);
	set_kind(link, attributes);
	set_speed(link, name);
	json_array_append_new(reading->links, link);
	json_object_set(reading->indexes, index, link);
}

static void add_vlan(json_t *list, int id, const struct bridge_vlan_info *info)
{
	json_array_append_new(list, json_pack("{s:i, s:b, s:b}", "id", id, "is_tagged",
					      !(info->flags & BRIDGE_VLAN_INFO_UNTAGGED), "is_pvid",
					      info->flags & BRIDGE_VLAN_INFO_PVID));
}

/* The kernel tells the first and the last VLAN of a range: all 4094 one by one would not fit. */
static void add_vlans(json_t *list, const struct bridge_vlan_info *info, int *first)
{
	if (info->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) {
		*first = info->vid;
		return;
	}
	if (!(info->flags & BRIDGE_VLAN_INFO_RANGE_END))
		*first = info->vid;
	for (int id = *first; id <= info->vid; id++)
		add_vlan(list, id, info);
}

static void take_vlans(void *data, const struct nlmsghdr *message)
{
	struct reading *reading = data;
	const struct ifinfomsg *head = NLMSG_DATA(message);
	const struct rtattr *attributes[IFLA_AF_SPEC + 1];
	autofree char *index = xasprintf("%d", head->ifi_index);
	json_t *link = json_object_get(reading->indexes, index), *list;
	int first = 0;
	size_t len;

	rtnl_attributes(IFLA_RTA(head), IFLA_PAYLOAD(message), attributes, IFLA_AF_SPEC);
	if (!link || !attributes[IFLA_AF_SPEC])
		return;
	list = json_array();
	len = RTA_PAYLOAD(attributes[IFLA_AF_SPEC]);
	for (const struct rtattr *a = RTA_DATA(attributes[IFLA_AF_SPEC]); RTA_OK(a, len);
	     a = RTA_NEXT(a, len))
		if (a->rta_type == IFLA_BRIDGE_VLAN_INFO &&
		    RTA_PAYLOAD(a) == sizeof(struct bridge_vlan_info))
			add_vlans(list, RTA_DATA(a), &first);
	json_object_set_new(link, "vlans", list);
}

/* Indexes become names; one that is in another network namespace goes. */
static void name_other(const struct reading *reading, json_t *link, const char *field)
{
	long long number = json_integer_value(json_object_get(link, field));
	autofree char *index = xasprintf("%lld", number);
	json_t *other = number ? json_object_get(reading->indexes, index) : NULL;

	if (other)
		json_object_set(link, field, json_object_get(other, "name"));
	else
		json_object_del(link, field);
}

static void add_addresses(json_t *links)
{
	autojson json_t *addresses = addresses_read("/");
	json_t *item;
	size_t i;

	json_array_foreach(addresses, i, item) {
		const char *name = json_string_value(json_object_get(item, "interface"));
		const json_t *link = links_find(links, name);

		json_array_append(json_object_get(link, "addresses"), json_object_get(item, "address"));
	}
}

static json_t *read_kernel(struct problems *problems)
{
	autojson json_t *links = json_array(), *indexes = json_object();
	struct reading reading = { .links = links, .indexes = indexes };
	const struct rtnl_dump all = { RTM_GETLINK, AF_UNSPEC, 0, take_link, &reading };
	const struct rtnl_dump vlans = { RTM_GETLINK, AF_BRIDGE, RTEXT_FILTER_BRVLAN_COMPRESSED,
					 take_vlans, &reading };
	json_t *link;
	size_t i;

	if (rtnl_dump(&all, problems) < 0)
		return NULL;
	(void)rtnl_dump(&vlans, NULL); /* a kernel without the bridge module has none */
	json_array_foreach(links, i, link) {
		name_other(&reading, link, "master");
		name_other(&reading, link, "parent");
		name_other(&reading, link, "active_port");
	}
	add_addresses(links);
	if (link_routes_add(indexes, problems) < 0)
		return NULL;
	(void)link_dns_add(indexes, problems); /* links without a word on DNS are links nevertheless */
	return take_ptr(links);
}

json_t *links_read(const char *root, struct problems *problems)
{
	autofree char *path = NULL;
	autojson json_t *recorded = NULL;

	if (streq(root, "/"))
		return read_kernel(problems);
	path = path_in_root(root, STAND_IN);
	recorded = json_read_file(path, STAND_IN_MAX, problems);
	return recorded ? json_incref(json_object_get(recorded, "links")) : NULL;
}

const json_t *links_find(const json_t *links, const char *name)
{
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		const char *own = json_string_value(json_object_get(link, "name"));

		if (name && own && streq(name, own))
			return link;
	}
	return NULL;
}
