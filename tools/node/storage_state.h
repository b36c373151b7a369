// SPDX-License-Identifier: MIT
/*
 * What roost-storage has attached before, so that what left the configuration can be taken away,
 * and what did not change is left alone: STORAGE_STATE_FOLDER, one JSON file a pool.
 */
#ifndef NODE_STORAGE_STATE_H
#define NODE_STORAGE_STATE_H

#include "node/storage.h"
#include "node/storage_libvirt.h"

#define STORAGE_STATE_FOLDER "/run/roost/storage"

/*
 * Whoever changes what is attached, or storage.json, holds this lock. A file descriptor, for
 * storage_state_unlock; -1 when another process has it, and has not given it up within `wait_s` (0: at once).
 */
int storage_state_lock(const char *root, unsigned wait_s);
/*
 * Gives it up and closes it. Closing alone would not do: a child that a server holds in the kernel has the
 * descriptor, too.
 */
void storage_state_unlock(int lock);

/* A pool that was attached and is not wanted any more, or not in this form. */
struct stale_pool {
	char *name;
	char *unit_name;        /* of its mount; NULL when it had none */
	char *state_path;
	struct pool_ref ref;
};

struct stale_pools {
	struct stale_pool *items;
	size_t count;
};

/* Remembers a pool before it is attached. */
int storage_state_add(const char *root, const struct pool_plan *pool, struct problems *problems);
/* Compares the plan with what is remembered. */
void storage_state_stale(const char *root, const struct storage_plan *plan, const char *uri,
			 struct stale_pools *ret);
/* Forgets a pool that was detached, and deletes its mount's unit. */
int storage_state_forget(const char *root, const struct stale_pool *stale,
			 struct problems *problems);
/* The disks, by their stable names, that LVM sees for remembered pools; owned by the caller. */
char **storage_state_devices(const char *root);
void stale_pools_done(struct stale_pools *stale);

#endif
