// SPDX-License-Identifier: MIT
/*
 * Judging what was seen of pools on NFS, and acting on it and on what storage_watch_targets.c saw; see
 * storage_watch_pools.h.
 */
#include <sys/wait.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/storage_libvirt.h"
#include "node/storage_look.h"
#include "node/storage_report.h"
#include "node/storage_watch_turn.h"

#define FIGURES_MS 60000 /* latencies go into the report this often: each write is a heartbeat */
#define ASK_LIBVIRT_MS 60000

void turn_wish(struct turn *turn, enum apply_wish wish)
{
	if (wish > turn->wish)
		turn->wish = wish;
}

struct watched *turn_memory(struct turn *turn, const char *kind, const char *name)
{
	struct watch *watch = turn->watch;

	for (size_t i = 0; i < watch->count; i++)
		if (streq(watch->items[i].kind, kind) && streq(watch->items[i].name, name))
			return &watch->items[i];
	watch->items = xreallocarray(watch->items, watch->count + 1, sizeof(*watch->items));
	watch->items[watch->count] = (struct watched){ .kind = kind, .name = xstrdup(name) };
	return &watch->items[watch->count++];
}

static struct watched *memory_of(struct turn *turn, size_t i)
{
	return turn_memory(turn, "pool", turn->plan->pools[i].pool->name);
}

void turn_tell(struct turn *turn, const char *kind, const char *name, const char *reason)
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

void turn_refresh(struct turn *turn, size_t pool)
{
	add_task(turn, pool, "refresh", pool_refresh);
}

void turn_stop(struct turn *turn, size_t pool, bool is_mounted)
{
	add_task(turn, pool, "stop", pool_stop);
	if (!is_mounted)
		turn->refs[pool].unit_name = NULL;
}

bool turn_is_ok(const struct turn *turn, const char *kind, const char *name)
{
	return storage_report_is_ok(turn->report, kind, name);
}

/* It answers: what is not well is tried again; what has other names in its folder is listed anew. */
static void judge_well(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched *memory = memory_of(turn, i);
	/* At first, too: between the attaching and this look somebody may have made a file. */
	bool is_changed = memory->changed_ns != look->changed_ns;

	if (look->state == LOOK_FULL)
		turn_tell(turn, "nfs", pool->mount_source, look->reason);
	else if (!turn_is_ok(turn, "nfs", pool->mount_source))
		turn_wish(turn, memory->was_silent ? APPLY_NOW : APPLY_SOON);
	if (!turn_is_ok(turn, "pool", pool->pool->name)) {
		turn_wish(turn, APPLY_SOON);
	} else {
		memory->was_running = true;
		if (is_changed)
			turn_refresh(turn, i);
	}
	/* Apply writes the report without figures. */
	turn->is_news |= !storage_report_has_figures(turn->report, pool->mount_source);
	memory->changed_ns = look->changed_ns;
	memory->misses = 0;
	memory->was_silent = false;
}

bool is_time_to_stop(const struct watched *memory)
{
	return memory->misses == WATCH_MISSES || memory->misses % RETRY_MISSES == 0;
}

static void judge_gone(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched *memory = memory_of(turn, i);
	autofree char *waits = xasprintf("waits for nfs %s", pool->mount_source);

	memory->misses++;
	memory->was_silent = true;
	/* Of what is not mounted, apply's own words are better. */
	if (look->is_mounted || turn_is_ok(turn, "nfs", pool->mount_source))
		turn_tell(turn, "nfs", pool->mount_source, look->reason);
	if (turn_is_ok(turn, "pool", pool->pool->name))
		turn_tell(turn, "pool", pool->pool->name, waits);
	if (look->is_mounted ? look->state == LOOK_STALE || is_time_to_stop(memory) : memory->was_running)
		turn_stop(turn, i, look->is_mounted);
}

static void judge_absent(struct turn *turn, size_t i, const struct pool_look *look)
{
	const struct pool_plan *pool = &turn->plan->pools[i];
	struct watched *memory = memory_of(turn, i);

	if (turn_is_ok(turn, "nfs", pool->mount_source))
		turn_tell(turn, "nfs", pool->mount_source, look->reason);
	turn_wish(turn, memory->was_silent ? APPLY_NOW : APPLY_SOON);
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

/* Somebody stopped a pool by hand: the configuration says that it runs. */
static void ask_which_run(struct turn *turn, char ***names)
{
	struct watch *watch = turn->watch;

	if (watch->asked_ms && now_ms() - watch->asked_ms < ASK_LIBVIRT_MS)
		return;
	watch->asked_ms = now_ms();
	for (size_t i = 0; i < turn->plan->pools_count; i++)
		if (turn_is_ok(turn, "pool", turn->plan->pools[i].pool->name))
			strv_push(names, turn->plan->pools[i].pool->name);
}

static void end_stop(struct turn *turn, const struct task *task)
{
	if (task_is_done(task) && task->result.note) {
		log_info("pool %s: %s", task->name, task->result.note);
	} else if (task_is_done(task)) {
		turn_memory(turn, "pool", task->name)->was_running = false;
		log_info("pool %s: stopped, until its source is back", task->name);
	} else {
		autofree char *text = xasprintf("its source is gone, and it cannot be stopped: %s",
						task->result.reason);

		turn_tell(turn, "pool", task->name, text);
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
		turn_tell(turn, "pool", task->name, task->result.reason);
	else if (streq(task->kind, TASK_PORTAL))
		target_end_portal(turn, task);
	else if (!task_is_done(task))
		turn_wish(turn, APPLY_SOON);
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

/* Which mounts a process that was to ask them still hangs at. One more would only hang as well. */
static bool *held_mounts(struct turn *turn)
{
	bool *held = xcalloc(turn->plan->pools_count + 1, sizeof(*held));

	for (size_t i = 0; i < turn->plan->pools_count; i++) {
		struct watched *memory = memory_of(turn, i);

		held[i] = memory->asking && waitpid(memory->asking, NULL, WNOHANG) == 0;
		if (!held[i])
			memory->asking = 0;
	}
	return held;
}

static struct pool_look *take_looks(struct turn *turn)
{
	bool *held = held_mounts(turn);
	struct pool_look *looks = looks_take(turn->watch->root, turn->plan, held);

	for (size_t i = 0; i < turn->plan->pools_count; i++)
		if (looks[i].left)
			memory_of(turn, i)->asking = looks[i].left;
	free(held);
	return looks;
}

enum apply_wish watch_pools(struct watch *watch, const struct storage_plan *plan, json_t *report)
{
	struct turn turn = { .watch = watch, .plan = plan, .report = report };
	struct pool_look *looks = take_looks(&turn);

	turn.refs = xcalloc(plan->pools_count + 1, sizeof(*turn.refs));
	for (size_t i = 0; i < plan->pools_count; i++)
		judge(&turn, i, &looks[i]);
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
