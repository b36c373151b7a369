// SPDX-License-Identifier: MIT
/* The addresses of a pool's hosts; see peers.h. */
#include "appliance/peers.h"
#include "common/clock.h"
#include "host/address_list.h"

#define KEEP_MS 1000

struct peer {
	char *pool, *address, *id;
};

struct reading {
	struct peers *peers;
	int64_t now;
};

void peers_init(struct peers *peers)
{
	*peers = (struct peers){ 0 };
	snapshot_init(&peers->snapshot);
}

static void forget(struct peers *peers)
{
	for (size_t i = 0; i < peers->count; i++) {
		free(peers->list[i].pool);
		free(peers->list[i].address);
		free(peers->list[i].id);
	}
	free(peers->list);
	peers->list = NULL;
	peers->count = 0;
}

void peers_done(struct peers *peers)
{
	forget(peers);
	snapshot_done(&peers->snapshot);
}

static void add(struct peers *peers, const struct host_record *host, const char *address)
{
	peers->list = xreallocarray(peers->list, peers->count + 1, sizeof(*peers->list));
	peers->list[peers->count++] = (struct peer){ xstrdup(host->pool), xstrdup(address), xstrdup(host->id) };
}

/* An image from before "addresses" tells of one alone. */
static int add_host(const struct host_record *host, void *userdata)
{
	struct reading *reading = userdata;
	autojson json_t *report = NULL;
	autostrv char **addresses = NULL;
	autofree char *address = NULL;
	const char *told;

	if (host->admission != HOST_APPROVED || !host->heartbeat || reading->now - host->seen_at > PEER_SILENT_S)
		return 0;
	report = json_loads(host->heartbeat, 0, NULL);
	(void)address_list_read(report, "addresses", HOST_ADDRESSES_MAX, &addresses, "", NULL);
	told = json_string_value(json_object_get(report, "address"));
	address = told ? address_of_host(told) : NULL;
	if (address && !addresses)
		strv_push(&addresses, address);
	for (char **item = addresses; item && *item; item++)
		add(reading->peers, host, *item);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct peer *left = a, *right = b;
	int order = strcmp(left->pool, right->pool);

	return order ? order : strcmp(left->address, right->address);
}

static int read_again(struct peers *peers, struct store *store, int64_t at_ms, int64_t now, struct problems *problems)
{
	struct reading reading = { peers, now };
	int64_t began_ms = now_ms();

	forget(peers);
	if (store_host_each(store, add_host, &reading, problems) < 0)
		return -1;
	if (peers->count)
		qsort(peers->list, peers->count, sizeof(*peers->list), compare);
	snapshot_was_read(&peers->snapshot, at_ms, began_ms, KEEP_MS);
	return 0;
}

static char **collect(const struct peers *peers, const struct host_record *host)
{
	char **found = NULL;
	const char *last = "";
	size_t count = 0;

	for (size_t i = 0; i < peers->count && count < PEER_ADDRESSES_MAX; i++) {
		const struct peer *peer = &peers->list[i];

		if (!streq(peer->pool, host->pool) || streq(peer->id, host->id) || streq(peer->address, last))
			continue;
		strv_push(&found, last = peer->address);
		count++;
	}
	return found;
}

int peers_of(struct peers *peers, struct store *store, const struct host_record *host, int64_t at_ms, int64_t now,
	     char ***ret, struct problems *problems)
{
	int r = 0;

	pthread_mutex_lock(&peers->snapshot.lock);
	if (snapshot_is_old(&peers->snapshot, at_ms))
		r = read_again(peers, store, at_ms, now, problems);
	if (r == 0)
		*ret = collect(peers, host);
	pthread_mutex_unlock(&peers->snapshot.lock);
	return r;
}
