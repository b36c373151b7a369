// SPDX-License-Identifier: MIT
/* Which host a network card belongs to; see host_macs.h. */
#include "appliance/hardware.h"
#include "appliance/host_macs.h"
#include "common/clock.h"

#define KEEP_MS 5000

struct host_mac {
	char mac[18]; /* with hyphens, lower case */
	char *name, *pool;
};

void host_macs_init(struct host_macs *macs)
{
	*macs = (struct host_macs){ 0 };
	snapshot_init(&macs->snapshot);
}

static void forget(struct host_macs *macs)
{
	for (size_t i = 0; i < macs->count; i++) {
		free(macs->list[i].name);
		free(macs->list[i].pool);
	}
	free(macs->list);
	macs->list = NULL;
	macs->count = 0;
}

void host_macs_done(struct host_macs *macs)
{
	forget(macs);
	snapshot_done(&macs->snapshot);
}

static void add(struct host_macs *macs, const struct host_record *host, const char *mac)
{
	struct host_mac *entry;

	macs->list = xreallocarray(macs->list, macs->count + 1, sizeof(*macs->list));
	entry = &macs->list[macs->count++];
	snprintf(entry->mac, sizeof(entry->mac), "%s", mac);
	for (char *p = entry->mac; *p; p++)
		if (*p == ':')
			*p = '-';
	entry->name = xstrdup(host->name ? host->name : host->id);
	entry->pool = xstrdup(host->pool ? host->pool : "");
}

static int add_host(const struct host_record *host, void *userdata)
{
	autojson json_t *facts = host->facts ? json_loads(host->facts, 0, NULL) : NULL;
	autohardware struct hardware hardware = { 0 };

	if (host->admission != HOST_APPROVED || !facts || hardware_read(facts, &hardware, NULL) < 0)
		return 0;
	for (size_t i = 0; hardware.macs && hardware.macs[i]; i++)
		add(userdata, host, hardware.macs[i]);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct host_mac *)a)->mac, ((const struct host_mac *)b)->mac);
}

static int read_again(struct host_macs *macs, struct store *store, int64_t at_ms,
		      struct problems *problems)
{
	int64_t began_ms = now_ms();

	forget(macs);
	if (store_host_each(store, add_host, macs, problems) < 0)
		return -1;
	if (macs->count)
		qsort(macs->list, macs->count, sizeof(*macs->list), compare);
	snapshot_was_read(&macs->snapshot, at_ms, began_ms, KEEP_MS);
	return 0;
}

int host_macs_find(struct host_macs *macs, struct store *store, const char *mac, int64_t at_ms,
		   char **ret_name, char **ret_pool, struct problems *problems)
{
	struct host_mac key = { 0 };
	const struct host_mac *found = NULL;
	int r = 0;

	snprintf(key.mac, sizeof(key.mac), "%s", mac);
	pthread_mutex_lock(&macs->snapshot.lock);
	if (snapshot_is_old(&macs->snapshot, at_ms))
		r = read_again(macs, store, at_ms, problems);
	if (r == 0 && macs->count)
		found = bsearch(&key, macs->list, macs->count, sizeof(*macs->list), compare);
	if (found) {
		*ret_name = xstrdup(found->name);
		*ret_pool = xstrdup(found->pool);
		r = 1;
	}
	pthread_mutex_unlock(&macs->snapshot.lock);
	return r;
}
