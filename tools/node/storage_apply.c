// SPDX-License-Identifier: MIT
/*
 * The order of things; see storage_apply.h. Stale pools go first, because a changed pool may want
 * the same mount point or the same session. One that a guest still uses stays, and the new form of
 * it waits.
 */
#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/timeline.h"
#include "node/storage_apply.h"
#include "node/storage_multipath.h"
#include "node/storage_report.h"
#include "node/storage_state.h"
#include "node/storage_sysfs.h"

/* *ret_unit_deleted is only ever set. */
static int detach_stale(const char *root, const char *uri, struct storage_plan *plan,
			bool *ret_unit_deleted, struct problems *problems)
{
	struct stale_pools stale;
	struct tasks detach = { 0 };
	int result = 0;

	storage_state_stale(root, plan, uri, &stale);
	for (size_t i = 0; i < stale.count; i++)
		tasks_add(&detach, (struct task){
			.kind = "pool", .name = xstrdup(stale.items[i].name), .after = TASK_NONE,
			.timeout_ms = POOL_TASK_MS, .run = pool_detach, .arg = &stale.items[i].ref,
		});
	tasks_run(&detach, NULL, NULL);
	for (size_t i = 0; i < stale.count; i++) {
		if (!task_is_done(&detach.items[i])) {
			storage_plan_hold(plan, stale.items[i].name, detach.items[i].result.reason);
			continue;
		}
		*ret_unit_deleted = *ret_unit_deleted || stale.items[i].unit_name;
		result |= storage_state_forget(root, &stale.items[i], problems);
	}
	tasks_done(&detach);
	stale_pools_done(&stale);
	return result;
}

static int remember_pools(const char *root, const struct storage_plan *plan,
			  struct problems *problems)
{
	int result = 0;

	for (size_t i = 0; i < plan->pools_count; i++)
		if (!plan->pools[i].refused && !plan->pools[i].is_held && !plan->pools[i].is_undecided)
			result |= storage_state_add(root, &plan->pools[i], problems);
	return result;
}

/*
 * iscsid reads its name when it starts, and without one it does not start. With sessions it keeps the old one until the next boot;
 * restarting it under them would be worse.
 */
static int tell_daemons(const struct storage_changes *changes, struct problems *problems)
{
	int result = 0;

	if (changes->units)
		result |= process_call(problems, "systemctl", "daemon-reload", NULL);
	if (changes->initiator && !iscsi_has_sessions("/"))
		result |= process_call(problems, "systemctl", "try-restart", "iscsid.service", NULL);
	result |= multipath_prepare("/", changes->joined, problems);
	return result;
}

struct observer {
	const char *root;
	const struct storage_plan *plan;
	json_t *before; /* the previous report; may be NULL */
};

/*
 * Only news goes into the timeline and the log: a retry that finds the same says nothing. What fails for lack of
 * what a discovery has just found is tried again at once.
 */
static void on_end(const struct task *task, void *userdata)
{
	const struct observer *observer = userdata;
	const char *detail = task->result.reason ? task->result.reason : task->result.note;

	if (storage_report_has(observer->before, task) ||
	    (!task_is_done(task) && storage_plan_is_outdated(observer->root, observer->plan)))
		return;
	if (!task_is_done(task))
		log_error("%s %s: %s", task->kind, task->name, task->result.reason);
	else if (task->result.reason)
		log_warning("%s %s: attached, but %s", task->kind, task->name, task->result.reason);
	else
		log_info("%s %s: attached%s%s", task->kind, task->name, detail ? ": " : "",
			 detail ? detail : "");
	timeline_mark(observer->root, task->kind, "%s%s%s", task->name, detail ? ": " : "",
		      detail ? detail : "");
}

static int attach(const char *root, struct storage_plan *plan, const char *configuration,
		  struct problems *problems)
{
	struct observer observer = { root, plan, storage_report_read(root) };
	autofree char *path = path_in_root(root, STORAGE_REPORT_PATH);
	json_t *report;
	int written;

	tasks_run(&plan->tasks, on_end, &observer);
	report = storage_report_make(&plan->tasks, configuration);
	written = json_write_file(path, 0644, report, problems);
	json_decref(report);
	json_decref(observer.before);
	return written;
}

static int carry_out(const char *root, const char *uri, struct storage_plan *plan, const char *configuration,
		     struct problems *problems)
{
	bool is_live = streq(root, "/"), units_deleted = false;
	struct storage_changes changes;
	int result = 0;

	if (is_live)
		result |= detach_stale(root, uri, plan, &units_deleted, problems);
	result |= storage_plan_write(root, plan, &changes, problems);
	if (!is_live)
		return result;
	changes.units = changes.units || units_deleted;
	result |= remember_pools(root, plan, problems);
	result |= tell_daemons(&changes, problems);
	return result | attach(root, plan, configuration, problems);
}

/* Once more when discoveries have found what the plan does not have; what is attached by then stays. */
int storage_apply(const char *root, const char *uri, const struct host *host,
		  const char *configuration)
{
	autoproblems struct problems problems = { 0 };
	struct storage_plan plan;
	int result, code;

	storage_plan_make(root, uri, host, &plan);
	result = carry_out(root, uri, &plan, configuration, &problems);
	if (result == 0 && storage_plan_is_outdated(root, &plan)) {
		storage_plan_done(&plan);
		storage_plan_make(root, uri, host, &plan);
		result = carry_out(root, uri, &plan, configuration, &problems);
	}
	code = streq(root, "/") ? tasks_exit_code(&plan.tasks) : EXIT_DONE;
	storage_plan_done(&plan);
	return result < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : code;
}
