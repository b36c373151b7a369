// SPDX-License-Identifier: MIT
/*
 * Which host a network card belongs to, from the facts of the hosts on record. In a storm every boot
 * asks, and reading thousands of facts takes time, so the answer may be some seconds old: it is for
 * people's eyes only.
 */
#ifndef APPLIANCE_HOST_MACS_H
#define APPLIANCE_HOST_MACS_H

#include "appliance/snapshot.h"
#include "appliance/store.h"

struct host_macs {
	struct snapshot snapshot;
	struct host_mac *list;  /* sorted by address */
	size_t count;
};

void host_macs_init(struct host_macs *macs);
void host_macs_done(struct host_macs *macs);

/*
 * The approved host with this address ("aa-bb-cc-dd-ee-ff"): its name (its id when it told none) and its
 * pool, owned by the caller. 1 when there is one, 0 when not, -1 when the store cannot be read.
 */
int host_macs_find(struct host_macs *macs, struct store *store, const char *mac, int64_t now_ms,
		   char **ret_name, char **ret_pool, struct problems *problems);

#endif
