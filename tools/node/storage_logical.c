// SPDX-License-Identifier: MIT
/*
 * Pools in a volume group of LVM (type logical), on a LUN or on another disk that the configuration
 * names. libvirt activates the group when it starts the pool, and nobody else does.
 */
#include <unistd.h>

#include "common/xml.h"
#include "node/storage.h"

static char *default_target(const struct host_pool *pool)
{
	return xasprintf("/dev/%s", pool->source_name);
}

static int check(const struct host_pool *pool, struct problems *problems)
{
	autofree char *target = default_target(pool);
	autostrv char **devices = lvm_devices(pool->source_dev, problems);

	if (!devices)
		return -1;
	if (pool->source_format && !streq(pool->source_format, "lvm2"))
		return problem(problems, "--source-format=%s: only lvm2 was expected",
			       pool->source_format);
	if (pool->target && !streq(pool->target, target))
		return problem(problems, "--target=%s: LVM puts the volumes of %s into %s; leave it "
			       "out", pool->target, pool->source_name, target);
	return 0;
}

static void write_source(FILE *out, const struct host_pool *pool, const struct iscsi_session *portal)
{
	autostrv char **devices = lvm_devices(pool->source_dev, NULL);

	(void)portal;
	for (size_t i = 0; devices && devices[i]; i++)
		xml_attribute_element(out, "device", "path", devices[i]);
	fputs("    ", out);
	xml_text_element(out, "name", pool->source_name);
	xml_attribute_element(out, "format", "type", "lvm2");
}

/*
 * udev names a LUN by-path "ip-PORTAL-iscsi-TARGET-lun-N"; TASK_NONE when the name tells no target. One that is
 * not known is for a discovery to find.
 */
static int find_target(const struct storage_plan *plan, char *const *devices)
{
	bool is_lun = false;

	for (size_t i = 0; devices[i]; i++) {
		is_lun = is_lun || strstr(devices[i], "-iscsi-");
		for (size_t t = 0; t < plan->targets_count; t++) {
			const char *target = plan->targets[t].target.name;
			autofree char *part = xasprintf("-iscsi-%s-lun-", target);

			if (strstr(devices[i], part))
				return tasks_find(&plan->tasks, "iscsi", target);
		}
	}
	return is_lun && plan->discoveries_count > 0 ?
	       tasks_find(&plan->tasks, "iscsi", plan->discoveries[0].task_name) : TASK_NONE;
}

/* In the child, after the discovery: the plan is of before it. There is no use in waiting for the disk. */
static int find_group_if_there(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct lvm_group *group = arg;

	for (size_t i = 0; group->devices[i]; i++)
		if (access(group->devices[i], F_OK) < 0)
			return problem(problems, "%s is not there, and no portal tells of its target",
				       group->devices[i]);
	return lvm_find_group(arg, ret, problems);
}

static int plan_group(struct storage_plan *plan, struct pool_plan *pool)
{
	const char *name = pool->pool->source_name;
	struct task task = {
		.kind = "lvm", .name = xstrdup(name), .timeout_ms = LVM_TASK_MS,
		.run = lvm_find_group, .arg = &pool->group,
	};

	pool->group = (struct lvm_group){
		.name = name, .devices = lvm_devices(pool->pool->source_dev, NULL),
	};
	task.after = find_target(plan, pool->group.devices);
	if (storage_plan_is_discovery(plan, task.after))
		task.run = find_group_if_there;
	return tasks_add(&plan->tasks, task);
}

const struct pool_type pool_logical = {
	.name = "logical", .id = HOST_POOL_LOGICAL, .check = check,
	.default_target = default_target, .write_source = write_source, .plan = plan_group,
};
