// SPDX-License-Identifier: MIT
/*
 * iSCSI in a plan: targets that the configuration names, and those that discoveries found, each with all its
 * paths; see storage.h. Both are attached, joined and watched in the same way.
 *
 *	iscsi --target=T ...  --> target T, a path each
 *	iscsi --ipaddr=A      --> a discovery --> its file --> in the next plan: targets, a path each portal
 */
#include "common/file.h"
#include "node/storage_multipath.h"

static struct target_plan *find_target(const struct storage_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->targets_count; i++)
		if (streq(plan->targets[i].target.name, name))
			return &plan->targets[i];
	return NULL;
}

bool storage_plan_is_joined(const struct storage_plan *plan, const char *name)
{
	const struct target_plan *target = find_target(plan, name);

	return target && target->target.is_joined;
}

const struct iscsi_session *storage_plan_portal(const struct storage_plan *plan, const struct host_pool *pool)
{
	const struct target_plan *target = find_target(plan, pool->source_dev);

	for (size_t i = 0; target && i < target->target.count; i++)
		if (streq(target->target.sessions[i].address, pool->source_host))
			return &target->target.sessions[i];
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

static bool has_portal(const struct iscsi_session *session, const char *address, int port)
{
	return streq(session->address, address) && session->port == port;
}

/*
 * A path that several discoveries tell of is one, with the settings of that whose portal it is: there is one
 * device that leads to it.
 */
static void add_found_path(struct storage_plan *plan, const struct iscsi_session *like,
			   struct iscsi_session session)
{
	struct target_plan *target = find_target(plan, session.target);

	for (size_t i = 0; target && i < target->target.count; i++) {
		struct iscsi_session *known = &target->target.sessions[i];

		if (!has_portal(known, session.address, session.port))
			continue;
		if (has_portal(like, session.address, session.port))
			*known = session;
		return;
	}
	add_session(plan, session);
}

static void add_found(struct storage_plan *plan, const struct discovery_plan *discovery)
{
	for (size_t i = 0; i < discovery->found.count; i++) {
		const struct discovered_target *found = &discovery->found.items[i];

		if (strv_contains(discovery->discovery.except, found->name))
			continue;
		for (size_t j = 0; j < found->count; j++) {
			struct iscsi_session session = discovery->discovery.like;

			session.target = found->name;
			session.address = found->portals[j].address;
			session.port = found->portals[j].port;
			add_found_path(plan, &discovery->discovery.like, session);
		}
	}
}

/* The task of a target that has all its paths. */
static int add_target_task(struct storage_plan *plan, const struct target_plan *target)
{
	struct task task = {
		.kind = "iscsi", .name = xstrdup(target->target.name), .after = TASK_NONE,
		.timeout_ms = ISCSI_TASK_MS, .run = iscsi_attach, .arg = &target->target,
	};

	task_refuse(&task, target->refused);
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

bool storage_plan_is_discovery(const struct storage_plan *plan, int task)
{
	for (size_t i = 0; i < plan->discoveries_count && task != TASK_NONE; i++)
		if (streq(plan->tasks.items[task].name, plan->discoveries[i].task_name))
			return true;
	return false;
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

static void read_discovery(struct storage_plan *plan, const char *root, const struct host_iscsi *entry)
{
	struct discovery_plan *added = &plan->discoveries[plan->discoveries_count++];
	autoproblems struct problems problems = { 0 };

	added->discovery.like = session_of(entry);
	if (plan->initiator_refused)
		added->refused = xstrdup(plan->initiator_refused);
	else if (iscsi_check(&added->discovery.like, &problems) < 0)
		added->refused = problems_text(&problems);
	else
		iscsi_found_read(root, &added->discovery.like, &added->found);
}

static void add_discovery_task(struct storage_plan *plan, struct discovery_plan *discovery)
{
	autofree char *portal = iscsi_portal(&discovery->discovery.like);
	struct task task = {
		.kind = "iscsi", .after = TASK_NONE, .timeout_ms = DISCOVERY_TASK_MS,
		.run = iscsi_discover, .arg = &discovery->discovery,
	};

	task_refuse(&task, discovery->refused);
	task.name = discovery->task_name = xasprintf("targets at %s", portal);
	tasks_add(&plan->tasks, task);
}

/* At their full size at once: tasks point into them. */
static void make_room(struct storage_plan *plan, const char *root, const struct host *host)
{
	size_t targets = host->iscsi_count + host->pools_count;

	plan->discoveries = xcalloc(host->iscsi_count + 1, sizeof(*plan->discoveries));
	for (size_t i = 0; i < host->iscsi_count; i++)
		if (!host->iscsi[i].target)
			read_discovery(plan, root, &host->iscsi[i]);
	for (size_t i = 0; i < plan->discoveries_count; i++)
		targets += plan->discoveries[i].found.count;
	plan->targets = xcalloc(targets + 1, sizeof(*plan->targets));
}

static void join_paths(struct iscsi_target *target)
{
	target->is_joined = multipath_joins(target);
	for (size_t i = 0; i < target->count; i++)
		target->sessions[i].is_joined = target->is_joined;
}

/* A target that is named has its own settings, also when a discovery finds it. */
void storage_plan_iscsi(struct storage_plan *plan, const char *root, const struct host *host)
{
	autostrv char **named = NULL;

	plan_initiator(plan, root, host);
	make_room(plan, root, host);
	for (size_t i = 0; i < host->iscsi_count; i++)
		if (host->iscsi[i].target)
			add_session(plan, session_of(&host->iscsi[i]));
	for (size_t i = 0; i < plan->targets_count; i++)
		strv_push(&named, plan->targets[i].target.name);
	for (size_t i = 0; i < plan->discoveries_count; i++) {
		plan->discoveries[i].discovery.except = strv_copy(named);
		add_found(plan, &plan->discoveries[i]);
	}
	for (size_t i = 0; i < plan->targets_count; i++) {
		join_paths(&plan->targets[i].target);
		add_target_task(plan, &plan->targets[i]);
	}
	for (size_t i = 0; i < plan->discoveries_count; i++)
		add_discovery_task(plan, &plan->discoveries[i]);
}

bool storage_plan_is_outdated(const char *root, const struct storage_plan *plan)
{
	for (size_t i = 0; i < plan->discoveries_count; i++) {
		const struct discovery_plan *discovery = &plan->discoveries[i];
		autodiscovered struct discovered now = { 0 };
		autofree char *planned = discovered_text(&discovery->found), *found = NULL;

		iscsi_found_read(root, &discovery->discovery.like, &now);
		found = discovered_text(&now);
		if (!discovery->refused && !streq(found, planned))
			return true;
	}
	return false;
}

void storage_plan_iscsi_done(struct storage_plan *plan)
{
	for (size_t i = 0; i < plan->targets_count; i++) {
		free(plan->targets[i].target.sessions);
		free(plan->targets[i].refused);
	}
	for (size_t i = 0; i < plan->discoveries_count; i++) {
		strv_free(plan->discoveries[i].discovery.except);
		discovered_done(&plan->discoveries[i].found);
		free(plan->discoveries[i].refused);
	}
	free(plan->discoveries);
	free(plan->targets);
	free(plan->initiator);
	free(plan->initiator_refused);
}
