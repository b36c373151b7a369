// SPDX-License-Identifier: MIT
/*
 * iSCSI targets, as the kernel has their sessions, and the pools on their disks; see storage_watch_turn.h.
 * Nothing here touches a disk: one whose session is lost holds whoever reads it.
 */
#include "node/storage_probe.h"
#include "node/storage_report.h"
#include "node/storage_sysfs.h"
#include "node/storage_watch_turn.h"

/* The paths of a target that are not up, as words; NULL: all are. Owned by the caller. */
static char *lost_paths(const struct iscsi_seen_list *seen, const struct iscsi_target *target)
{
	autostrv char **lost = NULL;
	autofree char *list = NULL;

	for (size_t i = 0; i < target->count; i++) {
		autofree char *portal = iscsi_portal(&target->sessions[i]);
		enum iscsi_session_state state = iscsi_session_state(seen, &target->sessions[i]);

		if (state != ISCSI_SESSION_UP)
			strv_pushf(&lost, "%s: %s", portal, state == ISCSI_SESSION_LOST ?
				   "the session is lost; the initiator keeps trying" :
				   "there is no session any more");
	}
	list = lost ? strv_join(lost, "; ") : NULL;
	return list ? xasprintf("%zu of %zu paths: %s", strv_len(lost), target->count, list) : NULL;
}

/* In the child: whether a login is worth a try. */
static int ask_portal(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_session *session = arg;

	(void)ret;
	return probe_tcp(session->address, session->port, PROBE_MS, problems);
}

/* A lost session comes back by itself: the initiator keeps trying. One that has ended does not. */
static void ask_portals(struct turn *turn, const struct iscsi_seen_list *seen,
			const struct iscsi_target *target)
{
	for (size_t i = 0; i < target->count; i++)
		if (iscsi_session_state(seen, &target->sessions[i]) == ISCSI_SESSION_NONE)
			tasks_add(&turn->tasks, (struct task){
				.kind = TASK_PORTAL, .name = xstrdup(target->name), .after = TASK_NONE,
				.timeout_ms = PROBE_MS + 1000, .run = ask_portal, .arg = &target->sessions[i],
			});
}

void target_end_portal(struct turn *turn, const struct task *task)
{
	struct watched *memory = turn_memory(turn, "iscsi", task->name);

	if (task_is_done(task))
		turn_wish(turn, memory->was_silent ? APPLY_NOW : APPLY_SOON);
	memory->was_silent = !task_is_done(task);
}

/*
 * Apply has its own words for what it finds; here is what happens to a target that was well. While its
 * portals are silent an apply would only hold up the next looks.
 */
static void judge_target(struct turn *turn, const struct iscsi_seen_list *seen,
			 const struct iscsi_target *target)
{
	struct watched *memory = turn_memory(turn, "iscsi", target->name);
	autofree char *lost = lost_paths(seen, target);

	turn->is_news |= storage_report_sessions(turn->report, seen, target);
	turn->is_news |= storage_report_maps(turn->report, turn->watch->root, seen, target);
	if (lost) {
		if (turn_is_ok(turn, "iscsi", target->name))
			turn_tell(turn, "iscsi", target->name, lost);
		ask_portals(turn, seen, target);
	} else if (!turn_is_ok(turn, "iscsi", target->name)) {
		turn_wish(turn, memory->misses ? APPLY_NOW : APPLY_SOON);
	}
	memory->misses = lost ? memory->misses + 1 : 0;
}

/* The target on whose disks a pool is; NULL: on none. A group of LVM's comes after its target's task. */
static const char *target_of(const struct storage_plan *plan, const struct pool_plan *pool)
{
	int i = tasks_find(&plan->tasks, "pool", pool->pool->name);

	if (pool->pool->type == HOST_POOL_ISCSI)
		return pool->pool->source_dev;
	while (i != TASK_NONE && !streq(plan->tasks.items[i].kind, "iscsi"))
		i = plan->tasks.items[i].after;
	return i != TASK_NONE ? plan->tasks.items[i].name : NULL;
}

static bool has_path(const struct iscsi_seen_list *seen, const char *target)
{
	for (size_t i = 0; i < seen->count; i++)
		if (streq(seen->items[i].target, target) && seen->items[i].state == ISCSI_SESSION_UP)
			return true;
	return false;
}

/*
 * A pool of type iscsi is stopped, which ends its session. A volume group is not: libvirt would have LVM
 * read the disks that are away, and its volumes work again when they are back.
 */
static void judge_gone(struct turn *turn, size_t i, const char *target)
{
	const struct host_pool *pool = turn->plan->pools[i].pool;
	struct watched *memory = turn_memory(turn, "pool", pool->name);
	autofree char *waits = xasprintf("waits for iscsi %s", target);

	memory->misses++;
	if (turn_is_ok(turn, "pool", pool->name))
		turn_tell(turn, "pool", pool->name, waits);
	if (pool->type == HOST_POOL_ISCSI && memory->was_running && is_time_to_stop(memory))
		turn_stop(turn, i, false);
}

/* LUNs come, go and grow. */
static void judge_there(struct turn *turn, size_t i)
{
	const struct host_pool *pool = turn->plan->pools[i].pool;
	struct watched *memory = turn_memory(turn, "pool", pool->name);

	if (!turn_is_ok(turn, "pool", pool->name)) {
		turn_wish(turn, memory->misses ? APPLY_NOW : APPLY_NOT);
	} else {
		memory->was_running = true;
		if (turn->watch->disks_changed)
			turn_refresh(turn, i);
	}
	memory->misses = 0;
}

void judge_targets(struct turn *turn)
{
	const struct storage_plan *plan = turn->plan;
	struct iscsi_seen_list seen;

	iscsi_sessions_read(turn->watch->root, &seen);
	for (size_t i = 0; i < plan->targets_count; i++)
		if (!plan->targets[i].refused)
			judge_target(turn, &seen, &plan->targets[i].target);
	for (size_t i = 0; i < plan->pools_count; i++) {
		const struct pool_plan *pool = &plan->pools[i];
		const char *target;

		if (pool->refused || (pool->pool->type != HOST_POOL_ISCSI && pool->pool->type != HOST_POOL_LOGICAL))
			continue;
		target = target_of(plan, pool);
		if (target && !has_path(&seen, target))
			judge_gone(turn, i, target);
		else
			judge_there(turn, i);
	}
	iscsi_sessions_done(&seen);
}
