// SPDX-License-Identifier: MIT
/* libvirt's side of storage pools; see storage_libvirt.h. */
#include "common/json.h"
#include "node/libvirt_call.h"
#include "node/libvirt_xml.h"
#include "node/storage.h"
#include "node/storage_in_use.h"
#include "node/storage_libvirt.h"
#include "node/storage_unit.h"

#define UNMOUNT_MS ((UNMOUNT_LIMIT_S + 10) * 1000)

/*
 * Only the library's version: asking for the hypervisor's makes libvirtd try every QEMU with every
 * kind of machine, which takes half a minute on a slow host.
 */
int libvirt_wake(const void *arg, struct task_result *ret, struct problems *problems)
{
	autoconnection virConnectPtr connection = libvirt_connect(arg, problems);
	unsigned long version = 0;

	if (!connection)
		return -1;
	if (virConnectGetLibVersion(connection, &version) < 0)
		return libvirt_refused(problems, "asking for the version");
	ret->note = xasprintf("version %lu.%lu.%lu", version / 1000000, version / 1000 % 1000,
			      version % 1000);
	return 0;
}

static int count_volumes(virStoragePoolPtr pool, struct task_result *ret, struct problems *problems)
{
	int count = virStoragePoolNumOfVolumes(pool);

	if (count < 0)
		return libvirt_refused(problems, "counting the volumes");
	ret->volumes = count;
	ret->note = xasprintf("%d volume%s", count, count == 1 ? "" : "s");
	return 0;
}

/* Starts the pool, or lists its volumes anew when it runs already. */
static int start_pool(virStoragePoolPtr pool, const struct pool_type *type,
		      struct problems *problems)
{
	int is_active = virStoragePoolIsActive(pool);

	if (is_active < 0)
		return libvirt_refused(problems, "asking for the pool's state");
	if (is_active && virStoragePoolRefresh(pool, 0) < 0)
		return libvirt_refused(problems, "listing the volumes");
	if (!is_active && type->builds_target && virStoragePoolBuild(pool, 0) < 0)
		return libvirt_refused(problems, "making the pool's folder");
	if (!is_active && virStoragePoolCreate(pool, 0) < 0)
		return libvirt_refused(problems, "starting the pool");
	return 0;
}

int pool_attach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pool_plan *plan = arg;
	autoconnection virConnectPtr connection = NULL;
	autopool virStoragePoolPtr pool = NULL;

	if (libvirt_open_pool(plan->uri, plan->pool->name, &connection, &pool, problems) < 0)
		return -1;
	if (!pool)
		pool = virStoragePoolDefineXML(connection, plan->xml, 0);
	if (!pool)
		return libvirt_refused(problems, "defining the pool");
	if (start_pool(pool, plan->type, problems) < 0)
		return -1;
	return count_volumes(pool, ret, problems);
}

static char **volume_paths(virStoragePoolPtr pool)
{
	virStorageVolPtr *volumes = NULL;
	int count = virStoragePoolListAllVolumes(pool, &volumes, 0);
	char **paths = NULL;

	for (int i = 0; i < count; i++) {
		char *path = virStorageVolGetPath(volumes[i]);

		if (path)
			strv_push_take(&paths, path);
		virStorageVolFree(volumes[i]);
	}
	free(volumes);
	return paths;
}

/*
 * The folder that is the pool's alone. An iSCSI pool's, /dev/disk/by-path, is not: its volumes are
 * compared one by one.
 */
static char *own_folder(virStoragePoolPtr pool)
{
	autofree char *xml = virStoragePoolGetXMLDesc(pool, 0);

	return xml && !str_after(xml, "<pool type='iscsi'") ? xml_pool_target(xml) : NULL;
}

static int check_guest(virDomainPtr guest, const struct pool_volumes *volumes,
		       struct problems *problems)
{
	autofree char *xml = virDomainGetXMLDesc(guest, 0);

	/* Safe: what cannot be asked counts as in use. */
	if (xml && !guest_uses_pool(xml, volumes))
		return 0;
	return problem(problems, "in use by guest %s", virDomainGetName(guest));
}

/* 0 when no running guest uses the pool, and nothing of the host stands on its disks. */
static int check_unused(virConnectPtr connection, virStoragePoolPtr pool, const char *name,
			struct problems *problems)
{
	autostrv char **paths = volume_paths(pool);
	autofree char *folder = own_folder(pool);
	struct pool_volumes volumes = { name, folder, paths };
	virDomainPtr *guests = NULL;
	int count = virConnectListAllDomains(connection, &guests, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
	int result = 0;

	if (count < 0)
		return libvirt_refused(problems, "listing the guests");
	for (int i = 0; i < count; i++) {
		if (result == 0)
			result = check_guest(guests[i], &volumes, problems);
		virDomainFree(guests[i]);
	}
	free(guests);
	return result < 0 ? result : check_no_holders("/", paths, problems);
}

/* -1 and a problem when it is in use. */
static int stop_pool(virConnectPtr connection, virStoragePoolPtr pool, const struct pool_ref *ref,
		     struct problems *problems)
{
	if (virStoragePoolIsActive(pool) != 1)
		return 0;
	if (check_unused(connection, pool, ref->name, problems) < 0)
		return -1;
	if (ref->unit_name && unit_stop(ref->unit_name, UNMOUNT_MS, problems) < 0)
		return -1;
	if (virStoragePoolDestroy(pool) < 0)
		return libvirt_refused(problems, "stopping the pool");
	return 0;
}

int pool_detach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pool_ref *ref = arg;
	autoconnection virConnectPtr connection = NULL;
	autopool virStoragePoolPtr pool = NULL;

	(void)ret;
	if (libvirt_open_pool(ref->uri, ref->name, &connection, &pool, problems) < 0)
		return -1;
	if (!pool)
		return 0;
	if (stop_pool(connection, pool, ref, problems) < 0)
		return -1;
	if (virStoragePoolUndefine(pool) < 0)
		return libvirt_refused(problems, "forgetting the pool");
	return 0;
}

int pool_stop(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pool_ref *ref = arg;
	autoconnection virConnectPtr connection = NULL;
	autopool virStoragePoolPtr pool = NULL;
	bool is_active;

	if (libvirt_open_pool(ref->uri, ref->name, &connection, &pool, problems) < 0)
		return -1;
	is_active = pool && virStoragePoolIsActive(pool) == 1;
	if (is_active && check_unused(connection, pool, ref->name, problems) < 0)
		return -1;
	if (ref->unit_name) {
		ret->note = xstrdup("its mount is taken away");
		return unit_stop_begin(ref->unit_name, problems);
	}
	if (is_active && virStoragePoolDestroy(pool) < 0)
		return libvirt_refused(problems, "stopping the pool");
	return 0;
}

int pool_refresh(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pool_ref *ref = arg;
	autoconnection virConnectPtr connection = NULL;
	autopool virStoragePoolPtr pool = NULL;

	if (libvirt_open_pool(ref->uri, ref->name, &connection, &pool, problems) < 0)
		return -1;
	if (!pool || virStoragePoolIsActive(pool) != 1)
		return problem(problems, "the pool does not run");
	if (virStoragePoolRefresh(pool, 0) < 0)
		return libvirt_refused(problems, "listing the volumes");
	return count_volumes(pool, ret, problems);
}

int pools_run(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct pools_question *question = arg;
	autoconnection virConnectPtr connection = libvirt_connect(question->uri, problems);
	int result = connection ? 0 : -1;

	(void)ret;
	for (char *const *name = question->names; connection && *name; name++) {
		autopool virStoragePoolPtr pool = NULL;

		if (libvirt_find_pool(connection, *name, &pool, problems) < 0)
			result = -1;
		else if (!pool || virStoragePoolIsActive(pool) != 1)
			result = problem(problems, "%s does not run", *name);
	}
	return result;
}

int pools_list(const void *arg, struct task_result *ret, struct problems *problems)
{
	autoconnection virConnectPtr connection = libvirt_connect(arg, problems);
	autojson json_t *list = json_object();
	virStoragePoolPtr *pools = NULL;
	int count;

	if (!connection)
		return -1;
	count = virConnectListAllStoragePools(connection, &pools, 0);
	if (count < 0)
		return libvirt_refused(problems, "listing the pools");
	for (int i = 0; i < count; i++) {
		json_object_set_new(list, virStoragePoolGetName(pools[i]),
				    json_boolean(virStoragePoolIsActive(pools[i]) == 1));
		virStoragePoolFree(pools[i]);
	}
	free(pools);
	ret->note = json_line(list);
	return 0;
}
