// SPDX-License-Identifier: MIT
/* systemd-networkd's words about what switches say: whatever comes out fits a terminal and the facts' bounds. */
#include "node/lldp.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require_plain(const char *text)
{
	size_t len = text ? strlen(text) : 1;

	if (len == 0 || len > 128)
		abort();
	for (size_t i = 0; text && i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autoproblems struct problems problems = { 0 };
	autolldp struct lldp_neighbours found = { 0 };

	if (lldp_neighbours_read((const char *)data, size, &found, &problems) < 0) {
		if (problems_count(&problems) == 0 || found.count)
			abort();
		return 0;
	}
	if (found.count > LLDP_NEIGHBOURS_MAX)
		abort();
	for (size_t i = 0; i < found.count; i++) {
		const struct lldp_neighbour *item = &found.items[i];
		autojson json_t *json = lldp_json(&found, item->nic);

		require_plain(item->chassis_id);
		require_plain(item->port_id);
		require_plain(item->port_description);
		require_plain(item->system_name);
		require_plain(item->system_description);
		if (item->vlan_id < 0 || item->vlan_id > 4094 || json_array_size(json) == 0)
			abort();
	}
	return 0;
}
