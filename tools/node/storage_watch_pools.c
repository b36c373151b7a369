// SPDX-License-Identifier: MIT
/* Judging what was seen, and acting on it; see storage_watch_pools.h. */
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/storage_libvirt.h"
#include "node/storage_look.h"
#include "node/storage_report.h"
#include "node/storage_sysfs.h"
#include "node/storage_watch.h"
#include "node/storage_watch_pools.h"

#define FIGURES_MS 60000 /* latencies go into the report this often: each write is a heartbeat */
#define ASK_LIBVIRT_MS 60000
#define RETRY_MISSES 6   /* a pool that was in use is looked at again after so many misses */

/* One look's work. */
struct turn {
	struct watch *watch;
	const struct storage_plan *plan;
	json_t *report;
	struct tasks tasks;     /* pools to stop or to list anew, in children */
	struct pool_ref *refs;  /* the tasks' arguments, a pool each */
	bool is_news;
	enum apply_wish wish;
};

static void wish_for(struct turn *turn, enum apply_wish wish)
{
	if (wish > turn->wish)
		turn->wish = wish;
}

static struct watched_pool *memory_of(struct watch *watch, const char *name)
{
	for (size_t i = 0; i < watch->count; i++)
		if (streq(watch->pools[i].name, name))
			return &watch->pools[i];
	watch->pools = xreallocarray(watch->pools, watch->count + 1, sizeof(*watch->pools));
	watch->pools[watch->count] = (struct watched_pool){ .name = xstrdup(name) };
	return &watch->pools[watch->count++];
}

/* Into the report, and, when it is news, to people. */
static void tell(struct turn *turn, const char *kind, const char *name, const char *reason)
{
	if (!storage_report_degrade(turn->report, kind, name, reason))
		return;
	turn->is_news = true;
	log_error("%s %s: %s", kind, name, reason);
	timeline_mark(turn->watch->root, kind, "%s: %s", name, reason);
}

static void add_task(struct turn *turn, size_t i, const char *kind,
		     int (*run)(const void *arg, struct task_result *ret, struct problems *problems))
{
	const struct pool_plan *pool = &turn->plan->pools[i];

	turn->refs[i] = (struct pool_ref){ turn->watch->uri, pool->pool->name, pool->unit_name };
	tasks_add(&turn->tasks, (struct task){
		.kind = kind, .name = xstrdup(pool->pool->name), .after = TASK_NONE,
		.timeout_ms = POOL_TASK_MS, .run = run, .arg = &turn->refs[i],
	});
}

static bool is_ok(const struct turn *turn, const char *kind, const char *name)
{
	return storage_report_is_ok(turn->report, kind, name);
}

/* It answers: what is not well is tried again; what has other names in its folder is listed anew. */
static void judge_well(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched_pool *memory = memory_of(turn->watch, pool->pool->name);
	bool is_changed = memory->changed_ns && memory->changed_ns != look->changed_ns;

	if (look->state == LOOK_FULL)
		tell(turn, "nfs", pool->mount_source, look->reason);
	else if (!is_ok(turn, "nfs", pool->mount_source))
		wish_for(turn, memory->was_silent ? APPLY_NOW : APPLY_SOON);
	if (!is_ok(turn, "pool", pool->pool->name))
		wish_for(turn, APPLY_SOON);
	else if (is_changed)
		add_task(turn, i, "refresh", pool_refresh);
	memory->changed_ns = look->changed_ns;
	memory->misses = 0;
	memory->was_silent = false;
}

static void judge_gone(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched_pool *memory = memory_of(turn->watch, pool->pool->name);
	autofree char *waits = xasprintf("waits for nfs %s", pool->mount_source);

	memory->misses++;
	memory->was_silent = look->state != LOOK_STALE;
	/* Of what is not mounted, apply's own words are better. */
	if (look->is_mounted || is_ok(turn, "nfs", pool->mount_source))
		tell(turn, "nfs", pool->mount_source, look->reason);
	if (is_ok(turn, "pool", pool->pool->name))
		tell(turn, "pool", pool->pool->name, waits);
	if (look->is_mounted && (look->state == LOOK_STALE || memory->misses == WATCH_MISSES ||
				 memory->misses % RETRY_MISSES == 0))
		add_task(turn, i, "stop", pool_stop);
}

static void judge_absent(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched_pool *memory = memory_of(turn->watch, pool->pool->name);

	if (is_ok(turn, "nfs", pool->mount_source))
		tell(turn, "nfs", pool->mount_source, look->reason);
	wish_for(turn, memory->was_silent ? APPLY_NOW : APPLY_SOON);
	memory->was_silent = false;
	memory->misses = 0;
}

static void judge(struct turn *turn, size_t i, const struct pool_look *look)
{
	switch (look->state) {
	case LOOK_UNKNOWN:
		break;
	case LOOK_WELL:
	case LOOK_FULL:
		judge_well(turn, i, look);
		break;
	case LOOK_ABSENT:
		judge_absent(turn, i, look);
		break;
	case LOOK_SILENT:
	case LOOK_STALE:
	case LOOK_BAD:
		judge_gone(turn, i, look);
		break;
	}
}

/* Volumes on disks: LUNs come, go and grow. */
static void judge_disks(struct turn *turn)
{
	for (size_t i = 0; turn->watch->disks_changed && i < turn->plan->pools_count; i++) {
		const struct host_pool *pool = turn->plan->pools[i].pool;

		if ((pool->type == HOST_POOL_ISCSI || pool->type == HOST_POOL_LOGICAL) &&
		    is_ok(turn, "pool", pool->name))
			add_task(turn, i, "refresh", pool_refresh);
	}
}

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

/* Apply has its own words for what it finds; here is what happens to a target that was well. */
static void judge_targets(struct turn *turn)
{
	struct iscsi_seen_list seen;

	iscsi_sessions_read(turn->watch->root, &seen);
	for (size_t i = 0; i < turn->plan->targets_count; i++) {
		const struct target_plan *target = &turn->plan->targets[i];
		autofree char *lost = NULL;

		if (target->refused)
			continue;
		lost = lost_paths(&seen, &target->target);
		if (!lost && !is_ok(turn, "iscsi", target->target.name))
			wish_for(turn, APPLY_SOON);
		else if (lost && is_ok(turn, "iscsi", target->target.name)) {
			tell(turn, "iscsi", target->target.name, lost);
			wish_for(turn, APPLY_SOON);
		}
	}
	iscsi_sessions_done(&seen);
}

/* Somebody stopped a pool by hand: the configuration says that it runs. */
static void ask_which_run(struct turn *turn, char ***names)
{
	struct watch *watch = turn->watch;

	if (watch->asked_ms && now_ms() - watch->asked_ms < ASK_LIBVIRT_MS)
		return;
	watch->asked_ms = now_ms();
	for (size_t i = 0; i < turn->plan->pools_count; i++)
		if (is_ok(turn, "pool", turn->plan->pools[i].pool->name))
			strv_push(names, turn->plan->pools[i].pool->name);
}

static void end_stop(struct turn *turn, const struct task *task)
{
	if (task_is_done(task)) {
		log_info("pool %s: stopped, until its source is back", task->name);
		wish_for(turn, APPLY_SOON);
	} else {
		autofree char *text = xasprintf("its source is gone, and it cannot be stopped: %s",
						task->result.reason);

		tell(turn, "pool", task->name, text);
	}
}

static void on_end(const struct task *task, void *userdata)
{
	struct turn *turn = userdata;

	if (streq(task->kind, "stop"))
		end_stop(turn, task);
	else if (streq(task->kind, "refresh") && task_is_done(task))
		turn->is_news |= storage_report_volumes(turn->report, task->name, task->result.volumes,
							task->result.note);
	else if (streq(task->kind, "refresh"))
		tell(turn, "pool", task->name, task->result.reason);
	else if (!task_is_done(task))
		wish_for(turn, APPLY_SOON);
}

static void run_tasks(struct turn *turn)
{
	autostrv char **names = NULL;
	struct pools_question question;

	ask_which_run(turn, &names);
	question = (struct pools_question){ turn->watch->uri, names };
	if (names)
		tasks_add(&turn->tasks, (struct task){
			.kind = "ask", .name = xstrdup("libvirt"), .after = TASK_NONE,
			.timeout_ms = POOL_TASK_MS, .run = pools_run, .arg = &question,
		});
	tasks_run(&turn->tasks, on_end, turn);
	tasks_done(&turn->tasks);
}

static void write_report(struct turn *turn, const struct pool_look *looks)
{
	struct watch *watch = turn->watch;
	autofree char *path = path_in_root(watch->root, STORAGE_REPORT_PATH);
	autoproblems struct problems problems = { 0 };

	if (!turn->is_news && watch->written_ms && now_ms() - watch->written_ms < FIGURES_MS)
		return;
	watch->written_ms = now_ms();
	for (size_t i = 0; i < turn->plan->pools_count; i++)
		if (looks[i].state != LOOK_UNKNOWN)
			storage_report_figures(turn->report, turn->plan->pools[i].mount_source, &looks[i]);
	if (json_write_file(path, 0644, turn->report, &problems) < 0)
		cli_fail(&problems, EXIT_TEMPORARY);
}

enum apply_wish watch_pools(struct watch *watch, const struct storage_plan *plan, json_t *report)
{
	struct turn turn = { .watch = watch, .plan = plan, .report = report };
	struct pool_look *looks = looks_take(watch->root, plan);

	turn.refs = xcalloc(plan->pools_count + 1, sizeof(*turn.refs));
	for (size_t i = 0; i < plan->pools_count; i++)
		judge(&turn, i, &looks[i]);
	judge_disks(&turn);
	judge_targets(&turn);
	/* First what is gone is told, then it is taken away, which may take a while. */
	if (turn.is_news)
		write_report(&turn, looks);
	turn.is_news = false;
	run_tasks(&turn);
	write_report(&turn, looks);
	free(turn.refs);
	looks_free(looks, plan->pools_count);
	return turn.wish;
}
