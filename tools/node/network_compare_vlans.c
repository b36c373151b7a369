// SPDX-License-Identifier: MIT
/* The VLANs of bridges that filter them and of their ports, against the kernel's table. */
#include "host/kind.h"
#include "host/port_vlans.h"
#include "host/types_network.h"
#include "node/network_rules.h"

#define VLAN_IDS 4095

enum carries { NOT = 0, TAGGED, UNTAGGED };

struct table {
	enum carries ids[VLAN_IDS];
	int pvid;               /* 0: none */
};

static void fill_wanted(const struct host_port_vlans *vlans, struct table *table)
{
	for (char **ids = vlans->tagged; ids && *ids; ids++) {
		int first, last;

		host_vids(*ids, &first, &last);
		for (int id = first; id <= last; id++)
			table->ids[id] = TAGGED;
	}
	if (vlans->untagged)
		table->ids[vlans->untagged] = UNTAGGED;
	table->pvid = vlans->untagged;
}

static void fill_seen(const json_t *vlans, struct table *table)
{
	const json_t *vlan;
	size_t i;

	json_array_foreach(vlans, i, vlan) {
		long long id = json_integer_value(json_object_get(vlan, "id"));

		if (id <= 0 || id >= VLAN_IDS)
			continue;
		table->ids[id] = json_is_true(json_object_get(vlan, "is_tagged")) ? TAGGED : UNTAGGED;
		if (json_is_true(json_object_get(vlan, "is_pvid")))
			table->pvid = (int)id;
	}
}

/* "10, 20-29": those that are `from` in one table and `to` in the other; NULL: none. */
static char *changed_ids(const struct table *wanted, const struct table *seen, enum carries from,
			 enum carries to)
{
	autostrv char **ranges = NULL;

	for (int id = 1; id < VLAN_IDS; id++) {
		int first = id;

		while (id < VLAN_IDS && wanted->ids[id] == from && seen->ids[id] == to)
			id++;
		if (id - first == 1)
			strv_pushf(&ranges, "%d", first);
		else if (id > first)
			strv_pushf(&ranges, "%d-%d", first, id - 1);
	}
	return ranges ? strv_join(ranges, ", ") : NULL;
}

static void compare_tables(struct comparing *c, const struct table *wanted, const struct table *seen)
{
	static const struct {
		enum carries wanted, seen;
		const char *before, *after;
	} changes[] = {
		{ TAGGED, NOT, "lacks", ", tagged" },
		{ UNTAGGED, NOT, "lacks", ", untagged" },
		{ NOT, TAGGED, "carries", ", which is not in the configuration" },
		{ NOT, UNTAGGED, "carries", " untagged, which is not in the configuration" },
		{ TAGGED, UNTAGGED, "carries", " untagged, expected tagged" },
		{ UNTAGGED, TAGGED, "carries", " tagged, expected untagged" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		autofree char *ids = changed_ids(wanted, seen, changes[i].wanted, changes[i].seen);

		if (ids)
			differs(c, "%s VLAN %s%s", changes[i].before, ids, changes[i].after);
	}
}

static void compare_pvid(struct comparing *c, const struct table *wanted, const struct table *seen)
{
	if (seen->pvid == wanted->pvid)
		return;
	if (!seen->pvid)
		differs(c, "drops untagged frames, expected them in VLAN %d", wanted->pvid);
	else if (!wanted->pvid)
		differs(c, "takes untagged frames into VLAN %d, expected it to drop them", seen->pvid);
	else
		differs(c, "takes untagged frames into VLAN %d, expected VLAN %d", seen->pvid,
			wanted->pvid);
}

static void compare_filtering(struct comparing *c)
{
	bool is_wanted = c->network && host_bridge_filters_vlans(c->network);
	const json_t *seen = json_object_get(c->link, "filters_vlans");

	if (is_wanted && json_is_false(seen))
		differs(c, "does not filter VLANs: expected vlan-filtering=yes");
	else if (!is_wanted && json_is_true(seen))
		differs(c, "filters VLANs: expected vlan-filtering=no");
}

/* One that is no port of its bridge has no table, and compare_master() says so. */
void compare_port_vlans(struct comparing *c)
{
	const char *master = json_string_value(json_object_get(c->link, "master"));
	autoportvlans struct host_port_vlans vlans = { 0 };
	struct table wanted = { 0 }, seen = { 0 };

	compare_filtering(c);
	if (!host_port_vlans(c->device, &vlans) ||
	    (c->device->above && !streq_null(c->device->above->name, master)))
		return;
	fill_wanted(&vlans, &wanted);
	fill_seen(json_object_get(c->link, "vlans"), &seen);
	compare_tables(c, &wanted, &seen);
	compare_pvid(c, &wanted, &seen);
}
