// SPDX-License-Identifier: MIT
/* What is asked of libvirt when the host goes down; see guests.h. Each call in a process of its own. */
#include "common/file.h"
#include "node/facts.h"
#include "node/guests.h"
#include "node/libvirt_call.h"
#include "node/storage_tasks.h"

#define ASK_S 10
#define POOL_STOP_S 10

struct request {
	const char *uri;
	const char *name;
};

static int press_power_button(virConnectPtr connection, const char *name, struct problems *problems)
{
	virDomainPtr guest = virDomainLookupByName(connection, name);
	int state = VIR_DOMAIN_NOSTATE, result = 0;

	if (!guest)
		return libvirt_refused(problems, "looking for the guest");
	if (virDomainGetState(guest, &state, NULL, 0) < 0)
		result = libvirt_refused(problems, "asking for its state");
	else if (state == VIR_DOMAIN_PAUSED)
		result = problem(problems, "is paused and hears nothing");
	else if (virDomainShutdownFlags(guest, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) < 0)
		result = libvirt_refused(problems, "asking it to shut down");
	virDomainFree(guest);
	return result;
}

static int ask_guest(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct request *request = arg;
	autoconnection virConnectPtr connection = libvirt_connect(request->uri, problems);

	(void)ret;
	return connection ? press_power_button(connection, request->name, problems) : -1;
}

void guests_ask(struct guests *guests, const char *uri)
{
	struct request *requests = xcalloc(guests->count + 1, sizeof(*requests));
	struct tasks tasks = { 0 };

	for (size_t i = 0; i < guests->count; i++) {
		requests[i] = (struct request){ uri, guests->items[i].name };
		tasks_add(&tasks, (struct task){
			.kind = "guest", .name = xstrdup(requests[i].name), .after = TASK_NONE,
			.timeout_ms = ASK_S * 1000, .run = ask_guest, .arg = &requests[i],
		});
	}
	tasks_run(&tasks, NULL, NULL);
	for (size_t i = 0; i < guests->count; i++) {
		guests->items[i].can_obey = task_is_done(&tasks.items[i]);
		if (guests->items[i].can_obey)
			log_info("guest %s is asked to shut down", guests->items[i].name);
		else
			log_error("guest %s cannot be asked to shut down: %s", guests->items[i].name,
				  tasks.items[i].result.reason);
	}
	tasks_done(&tasks);
	free(requests);
}

/* LVM's devices have identifiers of their own (dm/uuid). Without one libvirtd need not be woken. */
static bool has_logical_volumes(void)
{
	autostrv char **devices = fact_names("/", "/sys/class/block");

	for (size_t i = 0; devices && devices[i]; i++) {
		autofree char *path = xasprintf("/sys/class/block/%s/dm/uuid", devices[i]);
		autofree char *uuid = file_read_line(path);

		if (uuid && str_after(uuid, "LVM-"))
			return true;
	}
	return false;
}

static int stop_groups(const void *arg, struct task_result *ret, struct problems *problems)
{
	autoconnection virConnectPtr connection = libvirt_connect(arg, problems);
	virStoragePoolPtr *pools = NULL;
	int count, result = 0;

	(void)ret;
	if (!connection)
		return -1;
	count = virConnectListAllStoragePools(connection, &pools,
					      VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE |
					      VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL);
	for (int i = 0; i < count; i++) {
		if (virStoragePoolDestroy(pools[i]) < 0)
			result = libvirt_refused(problems, virStoragePoolGetName(pools[i]));
		else
			log_info("pool %s is stopped", virStoragePoolGetName(pools[i]));
		virStoragePoolFree(pools[i]);
	}
	free(pools);
	return count < 0 ? libvirt_refused(problems, "listing the pools") : result;
}

void guests_pools_stop(const char *uri)
{
	struct tasks tasks = { 0 };

	if (!has_logical_volumes())
		return;
	tasks_add(&tasks, (struct task){
		.kind = "pools", .name = xstrdup("logical"), .after = TASK_NONE,
		.timeout_ms = POOL_STOP_S * 1000, .run = stop_groups, .arg = uri,
	});
	tasks_run(&tasks, NULL, NULL);
	if (!task_is_done(&tasks.items[0]))
		log_error("volume groups stay active: %s", tasks.items[0].result.reason);
	tasks_done(&tasks);
}
