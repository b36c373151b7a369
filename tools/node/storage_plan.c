// SPDX-License-Identifier: MIT
/* From a configuration to files and tasks; see storage.h. */
#include "common/file.h"
#include "node/node_id.h"
#include "node/storage.h"
#include "node/storage_libvirt.h"
#include "node/storage_multipath.h"

/*
 * libvirt has udev settle for each pool of a target, and starts programs for each of its disks: while other disks
 * are still on their way, that takes the time of both. Up to this when nothing else comes.
 */
#define POOL_YIELDS_MS 3000
#define AT_ONCE 32 /* targets, and pools: a discovery may find many */

const struct pool_type *const pool_types[] = { &pool_netfs, &pool_iscsi, &pool_logical, &pool_dir,
					       NULL };

static const struct pool_type *find_type(int id)
{
	for (size_t i = 0; pool_types[i]; i++)
		if (pool_types[i]->id == id)
			return pool_types[i];
	return NULL;
}

int task_refused(const void *arg, struct task_result *ret, struct problems *problems)
{
	ret->code = EXIT_PERMANENT;
	return problem(problems, "%s", (const char *)arg);
}

/* What can never be attached fails at once. */
void task_refuse(struct task *task, const char *refused)
{
	if (!refused)
		return;
	task->run = task_refused;
	task->arg = refused;
	task->after = TASK_NONE;
}

int task_held(const void *arg, struct task_result *ret, struct problems *problems)
{
	ret->code = EXIT_TEMPORARY;
	return problem(problems, "%s", (const char *)arg);
}

void storage_plan_hold(struct storage_plan *plan, const char *pool, const char *reason)
{
	int known = tasks_find(&plan->tasks, "pool", pool);
	struct task held = {
		.kind = "pool", .after = TASK_NONE, .timeout_ms = POOL_TASK_MS, .run = task_held,
	};
	char *text = xasprintf(known == TASK_NONE ? "is to be removed, but %s" :
						    "is to be replaced, but %s", reason);

	for (size_t i = 0; i < plan->pools_count; i++)
		if (streq(plan->pools[i].pool->name, pool))
			plan->pools[i].is_held = true;
	strv_push_take(&plan->texts, text);
	held.arg = text;
	if (known == TASK_NONE) {
		held.name = xstrdup(pool);
		tasks_add(&plan->tasks, held);
		return;
	}
	held.name = plan->tasks.items[known].name;
	plan->tasks.items[known] = held;
}

static void plan_nfs_client(struct storage_plan *plan, const char *root, const struct host *host)
{
	for (size_t i = 0; i < host->pools_count; i++)
		if (host->pools[i].type == HOST_POOL_NETFS && !plan->nfs_client)
			plan->nfs_client = node_id(root);
}

/* Owned by the caller; NULL: it can be attached. */
static char *why_not(const struct pool_plan *pool)
{
	autoproblems struct problems problems = { 0 };

	if (!pool->type->check)
		return NULL;
	return pool->type->check(pool->pool, &problems) < 0 ? problems_text(&problems) : NULL;
}

/* In the child, after the discovery: the plan is of before it. */
static int task_not_found(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pool_plan *pool = arg;

	(void)ret;
	return problem(problems, "%s does not tell of the target %s", pool->pool->source_host,
		       pool->pool->source_dev);
}

static void plan_pool(struct storage_plan *plan, const struct host_pool *wanted, const char *uri,
		      int libvirt)
{
	struct pool_plan *pool = &plan->pools[plan->pools_count++];
	struct task task = {
		.kind = "pool", .name = xstrdup(wanted->name), .after = libvirt,
		.timeout_ms = POOL_TASK_MS, .yields_ms = POOL_YIELDS_MS, .run = pool_attach, .arg = pool,
	};
	int needs = TASK_NONE;

	*pool = (struct pool_plan){ .pool = wanted, .uri = uri, .type = find_type(wanted->type) };
	if (pool->type == &pool_iscsi && storage_plan_is_joined(plan, wanted->source_dev))
		pool->type = &pool_luns;
	pool->refused = why_not(pool);
	task_refuse(&task, pool->refused);
	if (!pool->refused) {
		pool->target = wanted->target ? xstrdup(wanted->target) :
						pool->type->default_target(wanted);
		pool->xml = pool_xml(pool->type, wanted, pool->target,
				     wanted->type == HOST_POOL_ISCSI ? storage_plan_portal(plan, wanted) : NULL);
		needs = pool->type->plan ? pool->type->plan(plan, pool) : TASK_NONE;
		if (needs != TASK_NONE)
			task.after = needs;
		pool->is_undecided = wanted->type == HOST_POOL_ISCSI && storage_plan_is_discovery(plan, needs);
		if (pool->is_undecided)
			task.run = task_not_found;
	}
	tasks_add(&plan->tasks, task);
}

void storage_plan_make(const char *root, const char *uri, const struct host *host,
		       struct storage_plan *ret)
{
	struct storage_plan plan = { .tasks.at_once = AT_ONCE };
	int libvirt;

	/* At its full size at once: tasks point into it. */
	plan.pools = xcalloc(host->pools_count + 1, sizeof(*plan.pools));
	plan_nfs_client(&plan, root, host);
	libvirt = tasks_add(&plan.tasks, (struct task){
		.kind = "libvirt", .name = xstrdup(uri), .after = TASK_NONE,
		.timeout_ms = LIBVIRT_TASK_MS, .run = libvirt_wake, .arg = uri,
	});
	storage_plan_iscsi(&plan, root, host);
	for (size_t i = 0; i < host->pools_count; i++)
		plan_pool(&plan, &host->pools[i], uri, libvirt);
	*ret = plan;
}

void storage_plan_done(struct storage_plan *plan)
{
	storage_plan_iscsi_done(plan);
	for (size_t i = 0; i < plan->pools_count; i++) {
		struct pool_plan *pool = &plan->pools[i];

		free(pool->target);
		free(pool->xml);
		free(pool->unit_name);
		free(pool->unit_text);
		free(pool->mount_source);
		free(pool->mount_options);
		strv_free(pool->group.devices);
		free(pool->refused);
	}
	free(plan->nfs_client);
	free(plan->pools);
	strv_free(plan->texts);
	tasks_done(&plan->tasks);
	*plan = (struct storage_plan){ 0 };
}
