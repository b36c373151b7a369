// SPDX-License-Identifier: MIT
/* The other hosts' addresses; see peers.h. */
#include "common/file.h"
#include "host/address_list.h"
#include "node/peers.h"

#define PEERS_MAX_BYTES (128 * 1024)

char **peers_read(const char *root)
{
	autojson json_t *value = json_read_report(root, PEERS_JSON, PEERS_MAX_BYTES);
	char **peers = NULL;

	if (value)
		(void)address_list_read(value, "addresses", PEER_ADDRESSES_MAX, &peers, PEERS_JSON, NULL);
	return peers;
}

int peers_write(const char *root, char *const *peers, struct problems *problems)
{
	autofree char *path = path_in_root(root, PEERS_JSON);
	autojson json_t *value = json_pack("{so}", "addresses", json_strings(peers));

	return json_write_file(path, 0644, value, problems);
}
