// SPDX-License-Identifier: MIT
/* One look's work, shared by the files that judge what was seen: storage_watch_*.c. */
#ifndef NODE_STORAGE_WATCH_TURN_H
#define NODE_STORAGE_WATCH_TURN_H

#include "node/storage_libvirt.h"
#include "node/storage_watch.h"
#include "node/storage_watch_pools.h"

#define RETRY_MISSES 6   /* a pool that was in use is looked at again after so many misses */

struct turn {
	struct watch *watch;
	const struct storage_plan *plan;
	json_t *report;
	struct tasks tasks;     /* pools to stop or to list anew, in children */
	struct pool_ref *refs;  /* the tasks' arguments, a pool each */
	bool is_news;
	enum apply_wish wish;
};

/* What is remembered of an item from look to look; made at the first call. Valid until the next one. */
struct watched *turn_memory(struct turn *turn, const char *kind, const char *name);
/* Whether the report says that all is well with the item. */
bool turn_is_ok(const struct turn *turn, const char *kind, const char *name);
/* Into the report, and, when it is news, to people. */
void turn_tell(struct turn *turn, const char *kind, const char *name, const char *reason);
/* The most urgent wish of a turn wins. */
void turn_wish(struct turn *turn, enum apply_wish wish);
/* At the turn's end the pool, an index of the plan, is listed anew, or stopped unless it is used. */
void turn_refresh(struct turn *turn, size_t pool);
void turn_stop(struct turn *turn, size_t pool, bool is_mounted);
/* Its source has been gone long enough; or it was in use, and it is time to try again. */
bool is_time_to_stop(const struct watched *memory);

/* iSCSI targets and the pools on their disks. */
void judge_targets(struct turn *turn);
/* The task that asks a portal to which there is no session; its name is the target's. */
#define TASK_PORTAL "portal"
void target_end_portal(struct turn *turn, const struct task *task);

#endif
