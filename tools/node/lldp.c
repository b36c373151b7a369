// SPDX-License-Identifier: MIT
/* LLDP neighbours out of systemd-networkd's reply; see lldp.h. */
#include <net/if.h>

#include "common/clean.h"
#include "common/file.h"
#include "node/lldp.h"
#include "node/varlink.h"

#define SOCKET "/run/systemd/netif/io.systemd.Network"
#define METHOD "io.systemd.Network.GetLLDPNeighbors"
#define STAND_IN "/lldp.json"
#define TIMEOUT_MS 2000
#define TEXT_MAX 128
#define VLAN_ID_MAX 4094

/* IEEE 802.1AB, table 8-4, from bit 0. */
static const char *const capability_names[] = {
	"other", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis",
	"station", "c-vlan", "s-vlan", "two-port-relay",
};

static char *text_of(const json_t *object, const char *field)
{
	return clean_text(json_string_value(json_object_get(object, field)), TEXT_MAX);
}

static long long number_of(const json_t *object, const char *field, long long max)
{
	long long value = json_integer_value(json_object_get(object, field));

	return value < 0 || value > max ? 0 : value;
}

static void add(struct lldp_neighbours *list, const char *nic, const json_t *object)
{
	struct lldp_neighbour item = {
		.nic = xstrdup(nic),
		.chassis_id = text_of(object, "ChassisID"),
		.port_id = text_of(object, "PortID"),
		.port_description = text_of(object, "PortDescription"),
		.system_name = text_of(object, "SystemName"),
		.system_description = text_of(object, "SystemDescription"),
		.capabilities = (unsigned)number_of(object, "EnabledCapabilities", 0xffff),
		.vlan_id = (int)number_of(object, "VlanID", VLAN_ID_MAX),
	};

	list->items = xreallocarray(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = item;
}

static bool is_interface_name(const char *text)
{
	return text && *text && strlen(text) < IFNAMSIZ && !strpbrk(text, "/ \t\n");
}

static void add_interface(struct lldp_neighbours *list, const json_t *interface)
{
	const char *nic = json_string_value(json_object_get(interface, "InterfaceName"));
	const json_t *neighbour;
	size_t i;

	if (!is_interface_name(nic))
		return;
	json_array_foreach(json_object_get(interface, "Neighbors"), i, neighbour)
		if (json_is_object(neighbour) && list->count < LLDP_NEIGHBOURS_MAX)
			add(list, nic, neighbour);
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare(const void *a, const void *b)
{
	const struct lldp_neighbour *left = a, *right = b;
	int order = strcmp(left->nic, right->nic);

	if (order == 0)
		order = compare_text(left->chassis_id, right->chassis_id);
	return order ? order : compare_text(left->port_id, right->port_id);
}

int lldp_neighbours_read(const char *data, size_t len, struct lldp_neighbours *ret,
			 struct problems *problems)
{
	autojson json_t *reply = json_read(data, len, LLDP_REPLY_MAX, "LLDP", problems);
	const json_t *list = json_object_get(json_object_get(reply, "parameters"), "Neighbors");
	struct lldp_neighbours found = { 0 };
	const json_t *interface;
	size_t i;

	if (!reply)
		return -1;
	if (!json_is_array(list))
		return problem(problems, "LLDP: expected systemd-networkd's list of neighbours");
	json_array_foreach(list, i, interface)
		add_interface(&found, interface);
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), compare);
	*ret = found;
	return 0;
}

int lldp_neighbours_get(const char *root, struct lldp_neighbours *ret, struct problems *problems)
{
	bool is_live = streq(root, "/");
	autofree char *path = path_in_root(root, is_live ? SOCKET : STAND_IN);
	autofree char *reply = NULL;
	size_t len = 0;
	int result;

	*ret = (struct lldp_neighbours){ 0 };
	if (!path_exists(path))
		return 0;
	result = is_live ? varlink_call(path, METHOD, TIMEOUT_MS, LLDP_REPLY_MAX, &reply, problems) :
			   file_read(path, LLDP_REPLY_MAX, &reply, &len, problems);
	if (result < 0)
		return -1;
	return lldp_neighbours_read(reply, strlen(reply), ret, problems);
}

static json_t *capabilities_json(unsigned capabilities)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(capability_names); i++)
		if (capabilities & 1u << i)
			json_array_append_new(list, json_string(capability_names[i]));
	return list;
}

json_t *lldp_json(const struct lldp_neighbours *neighbours, const char *nic)
{
	json_t *list = json_array();

	for (size_t i = 0; i < neighbours->count; i++) {
		const struct lldp_neighbour *item = &neighbours->items[i];

		if (!streq(item->nic, nic))
			continue;
		json_array_append_new(list, json_pack(
			"{s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o}", "system_name", item->system_name,
			"port_id", item->port_id, "port_description", item->port_description,
			"chassis_id", item->chassis_id, "system_description",
			item->system_description, "vlan_id",
			item->vlan_id ? json_integer(item->vlan_id) : json_null(), "capabilities",
			capabilities_json(item->capabilities)));
	}
	return list;
}

void lldp_neighbours_done(struct lldp_neighbours *neighbours)
{
	for (size_t i = 0; i < neighbours->count; i++) {
		struct lldp_neighbour *item = &neighbours->items[i];

		free(item->nic);
		free(item->chassis_id);
		free(item->port_id);
		free(item->port_description);
		free(item->system_name);
		free(item->system_description);
	}
	free(neighbours->items);
	*neighbours = (struct lldp_neighbours){ 0 };
}
