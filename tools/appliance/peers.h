// SPDX-License-Identifier: MIT
/*
 * Which addresses the other hosts of a host's pool have, as they told with their heartbeats: from there guests may
 * migrate to it. A host that was not heard of for a day is nobody's peer, nor is one that is not approved.
 */
#ifndef APPLIANCE_PEERS_H
#define APPLIANCE_PEERS_H

#include "appliance/snapshot.h"
#include "appliance/store.h"

#define PEER_SILENT_S 86400

struct peers {
	struct snapshot snapshot;
	struct peer *list;      /* sorted by pool and address */
	size_t count;
};

void peers_init(struct peers *peers);
void peers_done(struct peers *peers);

/*
 * Those of `host`: sorted, each once, PEER_ADDRESSES_MAX (address_list.h) at most; *ret, owned by the caller, may be
 * NULL. It may be a second old; at_ms is now_ms(), now is in seconds since 1970. 0, or -1 with a problem.
 */
int peers_of(struct peers *peers, struct store *store, const struct host_record *host, int64_t at_ms, int64_t now,
	     char ***ret, struct problems *problems);

#endif
