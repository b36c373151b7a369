// SPDX-License-Identifier: MIT
/* A plan's files: printed for people, or written; see storage.h. */
#include <errno.h>

#include "common/file.h"
#include "node/storage_multipath.h"
#include "node/storage_state.h"

static void print_file(FILE *out, const char *path, const char *text)
{
	fprintf(out, "# %s\n%s\n", path, text);
}

static void print_records(const struct iscsi_target *target, FILE *out)
{
	for (size_t i = 0; i < target->count; i++) {
		autofree char *path = iscsi_record_path("/", &target->sessions[i]);
		autofree char *text = iscsi_record_text(&target->sessions[i], true);
		autofree char *iface = iscsi_iface_path("/", &target->sessions[i]);
		autofree char *iface_text = iscsi_iface_text(&target->sessions[i]);

		if (iface)
			print_file(out, iface, iface_text);
		print_file(out, path, text);
	}
}

static void print_discovery(const struct iscsi_session *like, FILE *out)
{
	autofree char *path = iscsi_discovery_path("/", like);
	autofree char *text = iscsi_discovery_text(like, true);

	print_file(out, path, text);
}

static void print_task(FILE *out, const struct tasks *tasks, const struct task *task)
{
	fprintf(out, "%s %s", task->kind, task->name);
	if (task->run == task_refused)
		fprintf(out, ": refused: %s", (const char *)task->arg);
	else if (task->after != TASK_NONE)
		fprintf(out, " after %s %s", tasks->items[task->after].kind,
			tasks->items[task->after].name);
	fputc('\n', out);
}

/*
 * What the plan's pools name, and what pools of before name that are still attached: one that is held,
 * or whose new form is refused. NULL when there is nothing.
 */
static char **filter_devices(const struct storage_plan *plan, char *const *attached)
{
	char **all = NULL;

	for (size_t i = 0; i < plan->pools_count; i++)
		for (char **d = plan->pools[i].group.devices; d && *d; d++)
			if (!strv_contains(all, *d))
				strv_push(&all, *d);
	for (char *const *d = attached; d && *d; d++)
		if (!strv_contains(all, *d))
			strv_push(&all, *d);
	strv_sort(all);
	return all;
}

void storage_plan_print(const struct storage_plan *plan, FILE *out)
{
	autofree char *initiator = NULL, *filter = NULL, *client = NULL, *joined = multipath_text(plan, NULL);
	autostrv char **devices = filter_devices(plan, NULL);

	if (plan->initiator) {
		initiator = xasprintf("InitiatorName=%s\n", plan->initiator);
		print_file(out, ISCSI_INITIATOR_FILE, initiator);
	}
	if (plan->nfs_client) {
		client = nfs_client_text(plan->nfs_client);
		print_file(out, NFS_CLIENT_FILE, client);
	}
	for (size_t i = 0; i < plan->targets_count; i++)
		if (!plan->targets[i].refused)
			print_records(&plan->targets[i].target, out);
	for (size_t i = 0; i < plan->discoveries_count; i++)
		if (!plan->discoveries[i].refused)
			print_discovery(&plan->discoveries[i].discovery.like, out);
	if (joined)
		print_file(out, MULTIPATH_FILE, joined);
	if (devices) {
		filter = lvm_filter_text(devices);
		print_file(out, LVM_FILTER_FILE, filter);
	}
	for (size_t i = 0; i < plan->pools_count; i++) {
		const struct pool_plan *pool = &plan->pools[i];

		if (pool->unit_text)
			fprintf(out, "# " STORAGE_UNIT_FOLDER "/%s\n%s\n", pool->unit_name,
				pool->unit_text);
		if (pool->xml)
			fprintf(out, "# libvirt pool %s\n%s\n", pool->pool->name, pool->xml);
	}
	for (size_t i = 0; i < plan->tasks.count; i++)
		print_task(out, &plan->tasks, &plan->tasks.items[i]);
}

/* Writes when it differs; *ret_replaced, when other content was there before, is only ever set. */
static int write_if_new(const char *path, mode_t mode, const char *text, bool *ret_replaced,
			struct problems *problems)
{
	if (file_has(path, text, strlen(text)))
		return 0;
	*ret_replaced = *ret_replaced || path_exists(path);
	return file_write_text(path, mode, text, problems);
}

static int write_records(const char *root, const struct iscsi_target *target,
			 struct problems *problems)
{
	int result = 0;

	for (size_t i = 0; i < target->count; i++)
		result |= iscsi_write_record(root, &target->sessions[i], problems);
	return result;
}

/* Without a volume group nothing is written but over an older filter. */
static int write_filter(const char *root, const struct storage_plan *plan, struct problems *problems)
{
	autofree char *path = path_in_root(root, LVM_FILTER_FILE);
	autostrv char **attached = storage_state_devices(root);
	autostrv char **devices = filter_devices(plan, attached);
	autofree char *text = lvm_filter_text(devices);
	bool replaced = false;

	if (!devices && !path_exists(path))
		return 0;
	return write_if_new(path, 0644, text, &replaced, problems);
}

static int write_unit(const char *root, const struct pool_plan *pool, bool *ret_replaced,
		      struct problems *problems)
{
	autofree char *folder = path_in_root(root, STORAGE_UNIT_FOLDER);
	autofree char *path = path_join(folder, pool->unit_name);

	return write_if_new(path, 0644, pool->unit_text, ret_replaced, problems);
}

static int write_nfs_client(const char *root, const char *id, struct problems *problems)
{
	autofree char *path = path_in_root(root, NFS_CLIENT_FILE);
	autofree char *text = nfs_client_text(id);
	bool replaced = false;

	return write_if_new(path, 0644, text, &replaced, problems);
}

/* When nothing is joined, there is no file: that is multipathd's condition. */
static int write_joined(const char *root, const struct storage_plan *plan, bool *ret_changed,
			struct problems *problems)
{
	autofree char *path = path_in_root(root, MULTIPATH_FILE), *before = NULL, *text = NULL;

	file_read_optional(path, MULTIPATH_FILE_MAX, &before, NULL, NULL);
	text = multipath_text(plan, before);
	*ret_changed = text ? !file_has(path, text, strlen(text)) : path_exists(path);
	if (!*ret_changed)
		return 0;
	if (text)
		return file_write_text(path, 0644, text, problems);
	return unlink(path) < 0 ? problem_errno(problems, errno, "%s", path) : 0;
}

int storage_plan_write(const char *root, const struct storage_plan *plan, struct storage_changes *ret,
		       struct problems *problems)
{
	struct storage_changes changes = { 0 };
	int result = 0;

	if (plan->initiator)
		result |= iscsi_write_initiator(root, plan->initiator, &changes.initiator, problems);
	if (plan->nfs_client)
		result |= write_nfs_client(root, plan->nfs_client, problems);
	for (size_t i = 0; i < plan->targets_count; i++)
		if (!plan->targets[i].refused)
			result |= write_records(root, &plan->targets[i].target, problems);
	for (size_t i = 0; i < plan->discoveries_count; i++)
		if (!plan->discoveries[i].refused)
			result |= iscsi_write_discovery(root, &plan->discoveries[i].discovery.like,
							problems);
	result |= write_joined(root, plan, &changes.joined, problems);
	result |= write_filter(root, plan, problems);
	for (size_t i = 0; i < plan->pools_count; i++)
		if (plan->pools[i].unit_text && !plan->pools[i].is_held)
			result |= write_unit(root, &plan->pools[i], &changes.units, problems);
	*ret = changes;
	return result;
}
