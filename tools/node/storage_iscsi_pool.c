// SPDX-License-Identifier: MIT
/*
 * Pools on an iSCSI target (type iscsi): each LUN is a volume. The session is there before libvirt
 * looks, so that libvirt makes no discovery and needs no secret.
 */
#include "common/xml.h"
#include "node/storage.h"

static char *default_target(const struct host_pool *pool)
{
	(void)pool;
	return xstrdup("/dev/disk/by-path");
}

static void write_source(FILE *out, const struct host_pool *pool)
{
	xml_attribute_element(out, "host", "name", pool->source_host);
	xml_attribute_element(out, "device", "path", pool->source_dev);
}

static int plan_target(struct storage_plan *plan, struct pool_plan *pool)
{
	return storage_plan_target(plan, pool->pool);
}

const struct pool_type pool_iscsi = {
	.name = "iscsi", .id = HOST_POOL_ISCSI, .default_target = default_target,
	.write_source = write_source, .plan = plan_target,
};
