// SPDX-License-Identifier: MIT
/*
 * Whose an iSCSI initiator's name is. Two hosts of one name take each other's sessions away, and write to
 * each other's disks: a name belongs to one host.
 */
#ifndef APPLIANCE_INITIATOR_H
#define APPLIANCE_INITIATOR_H

#include "appliance/store.h"
#include "common/json.h"

/*
 * The name (or id) of a host other than `id` (may be NULL) that has this initiator name, by its facts or
 * by a kickstart of its own; *ret_owner is NULL when there is none, else the caller's. It walks through
 * all hosts. -1 when the store fails.
 */
int initiator_find_owner(struct store *store, const char *name, const char *id, char **ret_owner,
			 struct problems *problems);
/*
 * The same for a newcomer's facts. A name that follows from the host's own id is nobody else's: then
 * nothing is searched.
 */
int initiator_check_facts(struct store *store, const json_t *facts, const char *id, char **ret_owner,
			  struct problems *problems);
/*
 * For a kickstart with iscsiname that is to be of one host (`id`, `pool` NULL), or of a pool (`id` NULL): a
 * problem when somebody else has the name, or when the pool has several hosts that would share it.
 */
int initiator_fits(struct store *store, const char *name, const char *id, const char *pool,
		   struct problems *problems);

#endif
