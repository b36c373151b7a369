// SPDX-License-Identifier: MIT
/* Addresses of this host and of its peers; see agent_peers.h. */
#include "common/cli.h"
#include "host/address_list.h"
#include "node/addresses.h"
#include "node/agent_peers.h"
#include "node/due.h"
#include "node/peers.h"

/* Without their prefix lengths. Of a host with more of them the first ones. */
static char **own_addresses(const char *root)
{
	autojson json_t *list = addresses_read(root);
	char **addresses = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *text = json_string_value(json_object_get(item, "address"));
		autofree char *bare = xstrndup(text, strcspn(text, "/"));
		autofree char *address = address_of_host(bare);

		if (address && strv_len(addresses) < HOST_ADDRESSES_MAX && !strv_contains(addresses, address))
			strv_push(&addresses, address);
	}
	return addresses;
}

void agent_peers_tell(const struct agent *agent, json_t *body)
{
	autostrv char **addresses = own_addresses(agent->root), **peers = peers_read(agent->root);
	autofree char *digest = address_list_digest(peers);

	json_object_set_new(body, "addresses", json_strings(addresses));
	json_object_set_new(body, "peers", json_string(digest));
}

static void keep(const struct agent *agent, char *const *peers)
{
	autoproblems struct problems problems = { 0 };

	if (peers_write(agent->root, peers, &problems) < 0 || due_mark(agent->root, DUE_PEERS, &problems) < 0)
		cli_fail(&problems, 0);
	else
		log_info("guests may come from %zu addresses of other hosts", strv_len(peers));
}

void agent_peers_take(const struct agent *agent, const struct reply_heartbeat *reply)
{
	if (reply->has_peers)
		keep(agent, reply->peers);
}

void agent_peers_remove(const struct agent *agent)
{
	autostrv char **peers = peers_read(agent->root);

	if (peers)
		keep(agent, NULL);
}
