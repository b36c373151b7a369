// SPDX-License-Identifier: MIT
/* From which addresses a host's guests may come: those of the other hosts of its pool, and of nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/peers.h"
#include "host/address_list.h"

#define NOW 1700000000
#define A "4c4c4544-0042-3510-8052-b4c04f50303"

static const struct {
	const char *id, *pool, *heartbeat;
	enum admission admission;
	int64_t seen_at;
} hosts[] = {
	{ A "1", "one", "{\"addresses\": [\"192.0.2.11\", \"2001:db8::11\"], \"address\": \"192.0.2.11\"}", HOST_APPROVED, NOW },
	{ A "2", "one", "{\"addresses\": [\"192.0.2.12\", \"10.0.0.1\"]}", HOST_APPROVED, NOW - PEER_SILENT_S },
	{ A "3", "one", "{\"addresses\": [\"10.0.0.1\"]}", HOST_APPROVED, NOW },
	{ A "4", "one", "{\"addresses\": [\"192.0.2.14\"]}", HOST_APPROVED, NOW - PEER_SILENT_S - 1 },
	{ A "5", "one", "{\"addresses\": [\"192.0.2.15\"]}", HOST_REJECTED, NOW },
	{ A "6", "one", NULL, HOST_APPROVED, 0 },
	{ A "7", "one", "{\"address\": \"192.0.2.17\"}", HOST_APPROVED, NOW },
	{ A "8", "two", "{\"addresses\": [\"192.0.2.18\"]}", HOST_APPROVED, NOW },
};

static const struct {
	unsigned line;
	const char *id, *pool, *peers;
} rows[] = {
	{ __LINE__, A "1", "one", "10.0.0.1 192.0.2.12 192.0.2.17" },
	{ __LINE__, A "2", "one", "10.0.0.1 192.0.2.11 192.0.2.17 2001:db8::11" },
	/* one that has no peer's address itself */
	{ __LINE__, A "5", "one", "10.0.0.1 192.0.2.11 192.0.2.12 192.0.2.17 2001:db8::11" },
	{ __LINE__, A "8", "two", "" },
	{ __LINE__, A "1", "two", "192.0.2.18" },
};

static void put_pool(struct store *store, const char *name)
{
	struct pool_record pool = { (char *)name, (char *)"", 0 };

	assert_int_equal(store_pool_put(store, &pool, NULL), 0);
}

static void put_host(struct store *store, const struct host_record *host)
{
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_host_put(store, host, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
}

static void put_hosts(struct store *store)
{
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		struct host_record host = {
			.id = (char *)hosts[i].id, .pool = (char *)hosts[i].pool, .facts = (char *)"{}",
			.admission = hosts[i].admission, .heartbeat = (char *)hosts[i].heartbeat, .seen_at = hosts[i].seen_at,
		};

		put_host(store, &host);
	}
}

static void test_peers(void **state)
{
	struct store *store;
	struct peers peers;

	(void)state;
	assert_int_equal(store_open("sqlite::memory:", &store, NULL), 0);
	put_pool(store, "one");
	put_pool(store, "two");
	put_hosts(store);
	peers_init(&peers);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct host_record host = { .id = (char *)rows[i].id, .pool = (char *)rows[i].pool };
		autostrv char **found = NULL;
		autofree char *list = NULL;

		assert_int_equal(peers_of(&peers, store, &host, 1000, NOW, &found, NULL), 0);
		list = strv_join(found, " ");
		if (!streq(list, rows[i].peers))
			fail_msg("line %u: got %s", rows[i].line, list);
	}
	peers_done(&peers);
	store_close(store);
}

/* More hosts than may be told of. */
static void test_bound(void **state)
{
	struct host_record host = { .id = (char *)A "1", .pool = (char *)"one" };
	autostrv char **found = NULL;
	struct store *store;
	struct peers peers;

	(void)state;
	assert_int_equal(store_open("sqlite::memory:", &store, NULL), 0);
	put_pool(store, "one");
	for (int i = 0; i <= PEER_ADDRESSES_MAX; i++) {
		autofree char *heartbeat = xasprintf("{\"addresses\": [\"10.0.%d.%d\"]}", i / 200, i % 200 + 1);
		autofree char *id = xasprintf("00000000-0000-4000-8000-%012d", i);
		struct host_record other = { .id = id, .pool = (char *)"one", .facts = (char *)"{}",
					     .admission = HOST_APPROVED, .heartbeat = heartbeat, .seen_at = NOW };

		put_host(store, &other);
	}
	peers_init(&peers);
	assert_int_equal(peers_of(&peers, store, &host, 1000, NOW, &found, NULL), 0);
	assert_int_equal(strv_len(found), PEER_ADDRESSES_MAX);
	peers_done(&peers);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_peers), cmocka_unit_test(test_bound) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
