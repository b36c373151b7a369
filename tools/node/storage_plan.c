// SPDX-License-Identifier: MIT
/* From a configuration to files and tasks; see storage.h. */
#include "common/file.h"
#include "node/node_id.h"
#include "node/storage.h"
#include "node/storage_libvirt.h"
#include "node/storage_multipath.h"

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

static struct target_plan *find_target(struct storage_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->targets_count; i++)
		if (streq(plan->targets[i].target.name, name))
			return &plan->targets[i];
	return NULL;
}

/* Adds a path to its target. */
static void add_session(struct storage_plan *plan, struct iscsi_session session)
{
	struct target_plan *added = find_target(plan, session.target);
	autoproblems struct problems problems = { 0 };
	struct iscsi_target *target;

	if (!added) {
		added = &plan->targets[plan->targets_count++];
		added->target.name = session.target;
		if (plan->initiator_refused)
			added->refused = xstrdup(plan->initiator_refused);
	}
	target = &added->target;
	target->sessions = xreallocarray(target->sessions, target->count + 1,
					 sizeof(*target->sessions));
	target->sessions[target->count++] = session;
	if (!added->refused && iscsi_check(&session, &problems) < 0)
		added->refused = problems_text(&problems);
}

/* What can never be attached fails at once, with this reason (borrowed; NULL: it can be). */
static void refuse(struct task *task, const char *refused)
{
	if (!refused)
		return;
	task->run = task_refused;
	task->arg = refused;
	task->after = TASK_NONE;
}

/* The task of a target that has all its paths. */
static int add_target_task(struct storage_plan *plan, const struct target_plan *target)
{
	struct task task = {
		.kind = "iscsi", .name = xstrdup(target->target.name), .after = TASK_NONE,
		.timeout_ms = ISCSI_TASK_MS, .run = iscsi_attach, .arg = &target->target,
	};

	refuse(&task, target->refused);
	return tasks_add(&plan->tasks, task);
}

int storage_plan_target(struct storage_plan *plan, const struct host_pool *pool)
{
	int task = tasks_find(&plan->tasks, "iscsi", pool->source_dev);

	for (size_t i = 0; i < plan->discoveries_count && task == TASK_NONE; i++)
		if (streq(plan->discoveries[i].discovery.like.address, pool->source_host))
			task = tasks_find(&plan->tasks, "iscsi", plan->discoveries[i].task_name);
	if (task != TASK_NONE)
		return task;
	add_session(plan, (struct iscsi_session){
		.target = pool->source_dev, .address = pool->source_host,
		.port = ISCSI_DEFAULT_PORT,
	});
	return add_target_task(plan, find_target(plan, pool->source_dev));
}

static void plan_initiator(struct storage_plan *plan, const char *root, const struct host *host)
{
	bool is_needed = host->iscsi_count > 0 || host->iscsiname.iqn;

	for (size_t i = 0; i < host->pools_count; i++)
		is_needed = is_needed || host->pools[i].type == HOST_POOL_ISCSI;
	if (!is_needed)
		return;
	plan->initiator = iscsi_initiator_name(root, host->iscsiname.iqn);
	if (!plan->initiator)
		plan->initiator_refused = xstrdup("this machine has neither an SMBIOS UUID nor a "
						  "network card to derive an initiator name from: "
						  "give one with iscsiname");
}

static void plan_nfs_client(struct storage_plan *plan, const char *root, const struct host *host)
{
	for (size_t i = 0; i < host->pools_count; i++)
		if (host->pools[i].type == HOST_POOL_NETFS && !plan->nfs_client)
			plan->nfs_client = node_id(root);
}

static struct iscsi_session session_of(const struct host_iscsi *entry)
{
	return (struct iscsi_session){
		.target = entry->target, .address = entry->ipaddr,
		.port = entry->port ? entry->port : ISCSI_DEFAULT_PORT,
		.user = entry->user, .password = entry->password,
		.reverse_user = entry->reverse_user,
		.reverse_password = entry->reverse_password, .iface = entry->iface,
		.header_digest = entry->header_digest == HOST_DIGEST_CRC32C,
		.data_digest = entry->data_digest == HOST_DIGEST_CRC32C,
	};
}

static void plan_targets(struct storage_plan *plan, const struct host *host)
{
	for (size_t i = 0; i < host->iscsi_count; i++)
		if (host->iscsi[i].target)
			add_session(plan, session_of(&host->iscsi[i]));
	for (size_t i = 0; i < plan->targets_count; i++) {
		struct iscsi_target *target = &plan->targets[i].target;

		target->is_joined = multipath_joins(target);
		for (size_t j = 0; j < target->count; j++)
			target->sessions[j].is_joined = target->is_joined;
		add_target_task(plan, &plan->targets[i]);
	}
}

/* After plan_targets: a target that is named has its own settings, also when a discovery finds it. */
static void plan_discovery(struct storage_plan *plan, const struct host_iscsi *entry)
{
	struct discovery_plan *added = &plan->discoveries[plan->discoveries_count++];
	autoproblems struct problems problems = { 0 };
	autofree char *portal = NULL;
	struct task task = {
		.kind = "iscsi", .after = TASK_NONE, .timeout_ms = DISCOVERY_TASK_MS,
		.run = iscsi_discover, .arg = &added->discovery,
	};

	added->discovery.like = session_of(entry);
	portal = iscsi_portal(&added->discovery.like);
	for (size_t i = 0; i < plan->targets_count; i++)
		strv_push(&added->discovery.except, plan->targets[i].target.name);
	if (plan->initiator_refused)
		added->refused = xstrdup(plan->initiator_refused);
	else if (iscsi_check(&added->discovery.like, &problems) < 0)
		added->refused = problems_text(&problems);
	refuse(&task, added->refused);
	task.name = added->task_name = xasprintf("targets at %s", portal);
	tasks_add(&plan->tasks, task);
}

static void plan_discoveries(struct storage_plan *plan, const struct host *host)
{
	for (size_t i = 0; i < host->iscsi_count; i++)
		if (!host->iscsi[i].target)
			plan_discovery(plan, &host->iscsi[i]);
}

/* Owned by the caller; NULL: it can be attached. */
static char *why_not(const struct pool_plan *pool)
{
	autoproblems struct problems problems = { 0 };

	if (!pool->type->check)
		return NULL;
	return pool->type->check(pool->pool, &problems) < 0 ? problems_text(&problems) : NULL;
}

static bool is_joined(struct storage_plan *plan, const char *name)
{
	const struct target_plan *target = find_target(plan, name);

	return target && target->target.is_joined;
}

static void plan_pool(struct storage_plan *plan, const struct host_pool *wanted, const char *uri,
		      int libvirt)
{
	struct pool_plan *pool = &plan->pools[plan->pools_count++];
	struct task task = {
		.kind = "pool", .name = xstrdup(wanted->name), .after = libvirt,
		.timeout_ms = POOL_TASK_MS, .run = pool_attach, .arg = pool,
	};
	int needs = TASK_NONE;

	*pool = (struct pool_plan){ .pool = wanted, .uri = uri, .type = find_type(wanted->type) };
	if (pool->type == &pool_iscsi && is_joined(plan, wanted->source_dev))
		pool->type = &pool_luns;
	pool->refused = why_not(pool);
	refuse(&task, pool->refused);
	if (!pool->refused) {
		pool->target = wanted->target ? xstrdup(wanted->target) :
						pool->type->default_target(wanted);
		pool->xml = pool_xml(pool->type, wanted, pool->target);
		needs = pool->type->plan ? pool->type->plan(plan, pool) : TASK_NONE;
		if (needs != TASK_NONE)
			task.after = needs;
	}
	tasks_add(&plan->tasks, task);
}

void storage_plan_make(const char *root, const char *uri, const struct host *host,
		       struct storage_plan *ret)
{
	struct storage_plan plan = { 0 };
	int libvirt;

	/* At their full size at once: tasks point into them. */
	plan.targets = xcalloc(host->iscsi_count + host->pools_count + 1, sizeof(*plan.targets));
	plan.discoveries = xcalloc(host->iscsi_count + 1, sizeof(*plan.discoveries));
	plan.pools = xcalloc(host->pools_count + 1, sizeof(*plan.pools));
	plan_initiator(&plan, root, host);
	plan_nfs_client(&plan, root, host);
	libvirt = tasks_add(&plan.tasks, (struct task){
		.kind = "libvirt", .name = xstrdup(uri), .after = TASK_NONE,
		.timeout_ms = LIBVIRT_TASK_MS, .run = libvirt_wake, .arg = uri,
	});
	plan_targets(&plan, host);
	plan_discoveries(&plan, host);
	for (size_t i = 0; i < host->pools_count; i++)
		plan_pool(&plan, &host->pools[i], uri, libvirt);
	*ret = plan;
}

void storage_plan_done(struct storage_plan *plan)
{
	for (size_t i = 0; i < plan->targets_count; i++) {
		free(plan->targets[i].target.sessions);
		free(plan->targets[i].refused);
	}
	for (size_t i = 0; i < plan->discoveries_count; i++) {
		strv_free(plan->discoveries[i].discovery.except);
		free(plan->discoveries[i].refused);
	}
	free(plan->discoveries);
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
	free(plan->initiator);
	free(plan->initiator_refused);
	free(plan->nfs_client);
	free(plan->targets);
	free(plan->pools);
	strv_free(plan->texts);
	tasks_done(&plan->tasks);
	*plan = (struct storage_plan){ 0 };
}
