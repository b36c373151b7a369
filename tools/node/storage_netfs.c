// SPDX-License-Identifier: MIT
/* Pools on an NFS export (type netfs). systemd mounts it first, bounded; libvirt finds it mounted. */
#include "common/xml.h"
#include "node/storage.h"
#include "node/storage_nfs_options.h"

static int check(const struct host_pool *pool, struct problems *problems)
{
	if (pool->source_format && !streq(pool->source_format, "nfs"))
		return problem(problems, "--source-format=%s: only nfs was expected",
			       pool->source_format);
	return nfs_check_options(pool->opts, problems);
}

static char *default_target(const struct host_pool *pool)
{
	return xasprintf("/var/lib/libvirt/pools/%s", pool->name);
}

static void write_source(FILE *out, const struct host_pool *pool, const struct iscsi_session *portal)
{
	(void)portal;
	xml_attribute_element(out, "host", "name", pool->source_host);
	xml_attribute_element(out, "dir", "path", pool->source_path);
	xml_attribute_element(out, "format", "type", "nfs");
}

static int plan_mount(struct storage_plan *plan, struct pool_plan *pool)
{
	const struct host_pool *wanted = pool->pool;

	pool->mount_options = nfs_options(wanted->opts);
	pool->mount_source = nfs_source(wanted->source_host, wanted->source_path);
	pool->unit_name = mount_unit_name(pool->target);
	pool->unit_text = mount_unit_text(pool->mount_source, pool->target, pool->mount_options);
	pool->mount = (struct nfs_mount){
		.host = wanted->source_host, .port = nfs_port(wanted->opts),
		.source = pool->mount_source, .target = pool->target,
		.options = pool->mount_options, .is_read_only = nfs_is_read_only(wanted->opts),
	};
	return tasks_add(&plan->tasks, (struct task){
		.kind = "nfs", .name = xstrdup(pool->mount_source), .after = TASK_NONE,
		.timeout_ms = MOUNT_TASK_MS, .run = nfs_attach, .arg = &pool->mount,
	});
}

const struct pool_type pool_netfs = {
	.name = "netfs", .id = HOST_POOL_NETFS, .check = check, .default_target = default_target,
	.write_source = write_source, .plan = plan_mount,
};
