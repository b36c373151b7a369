// SPDX-License-Identifier: MIT
/*
 * Pools on an iSCSI target (type iscsi): each LUN is a volume. The session is there before libvirt
 * looks, so that libvirt makes no discovery and needs no secret.
 *
 * libvirt looks for volumes among the disks of a session, and finds one path of each LUN. When the paths are
 * joined it is given the folder of their maps instead, which udev fills, with the names it would use itself.
 */
#include "common/xml.h"
#include "node/storage_multipath.h"

static char *default_target(const struct host_pool *pool)
{
	(void)pool;
	return xstrdup("/dev/disk/by-path");
}

/* libvirt logs out of exactly this portal: at another port it finds no session, and the pool stays. */
static void write_source(FILE *out, const struct host_pool *pool, const struct iscsi_session *portal)
{
	autofree char *port = portal ? xasprintf("%d", portal->port) : NULL;

	if (portal && portal->port != ISCSI_DEFAULT_PORT)
		xml_printf(out, "    <host name='%s' port='%s'/>\n", pool->source_host, port);
	else
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

static char *luns_target(const struct host_pool *pool)
{
	return xasprintf(MULTIPATH_FOLDER "/%s", pool->source_dev);
}

const struct pool_type pool_luns = {
	.name = "dir", .id = HOST_POOL_ISCSI, .default_target = luns_target, .plan = plan_target,
};
