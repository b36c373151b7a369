// SPDX-License-Identifier: MIT
/*
 * The store: what was put is what comes back, a change happens whole or not at all, and what a
 * registration leaves there. Any new kind of store has to pass this file.
 */
#include <sys/stat.h>

#include "tests/root.h"

#include "appliance/host_status.h"
#include "appliance/store.h"
#include "appliance/tokens.h"

static char *where, *file;
static struct store *store;

static int open_store(void **state)
{
	struct pool_record pool = { (char *)DEFAULT_POOL, (char *)"", 1 };

	if (make_root(state) < 0)
		return -1;
	file = path_join(root, "test.db");
	where = xasprintf("sqlite:%s", file);
	if (store_open(where, &store, NULL) < 0)
		return -1;
	return store_pool_put(store, &pool, NULL);
}

static int close_store(void **state)
{
	store_close(store);
	free(where);
	free(file);
	return remove_root(state);
}

static void reopen(void)
{
	store_close(store);
	assert_int_equal(store_open(where, &store, NULL), 0);
}

static struct host_record sample_host(const char *id)
{
	return (struct host_record){
		.id = (char *)id,
		.admission = HOST_PENDING,
		.name = (char *)"n'1\"; --",
		.pool = (char *)DEFAULT_POOL,
		.token_id = (char *)"t1",
		.facts = (char *)"{\"ü\": 1}",
		.created_at = 5000000000, /* past 2038 */
		.registered_at = 2,
	};
}

static void test_host_comes_back(void **state)
{
	struct host_record host = sample_host("a");
	autohost_record struct host_record got = { 0 };

	(void)state;
	assert_int_equal(store_host_get(store, "a", &got, NULL), 0);
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	reopen();
	assert_int_equal(store_host_get(store, "a", &got, NULL), 1);
	assert_string_equal(got.name, host.name);
	assert_string_equal(got.facts, host.facts);
	assert_null(got.kickstart);
	assert_null(got.key_id);
	assert_int_equal(got.admission, HOST_PENDING);
	assert_int_equal(got.created_at, host.created_at);
	assert_int_equal(got.seen_at, 0);
}

static void test_put_replaces(void **state)
{
	struct host_record host = sample_host("a");
	autohost_record struct host_record got = { 0 };

	(void)state;
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	host.admission = HOST_APPROVED;
	host.kickstart = (char *)"lang en\n";
	host.key_id = (char *)"k";
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	host.heartbeat = (char *)"{}";
	host.seen_at = 77;
	assert_int_equal(store_host_heartbeat(store, &host, NULL), 0);
	assert_int_equal(store_host_get(store, "a", &got, NULL), 1);
	assert_int_equal(got.admission, HOST_APPROVED);
	assert_string_equal(got.kickstart, "lang en\n");
	assert_string_equal(got.key_id, "k");
	assert_string_equal(got.heartbeat, "{}");
	assert_int_equal(got.seen_at, 77);
}

static int collect(const struct host_record *host, void *userdata)
{
	strv_push(userdata, host->id);
	return 0;
}

static int stop_at_once(const struct host_record *host, void *userdata)
{
	(void)host;
	++*(int *)userdata;
	return 1;
}

static void test_walk(void **state)
{
	struct host_record b = sample_host("b"), a = sample_host("a");
	autostrv char **ids = NULL;
	autofree char *text = NULL;
	int visits = 0;

	(void)state;
	assert_int_equal(store_host_put(store, &b, NULL), 0);
	assert_int_equal(store_host_put(store, &a, NULL), 0);
	assert_int_equal(store_host_each(store, collect, &ids, NULL), 0);
	text = strv_join(ids, ",");
	assert_string_equal(text, "a,b");
	assert_int_equal(store_host_each(store, stop_at_once, &visits, NULL), 0);
	assert_int_equal(visits, 1);
	assert_int_equal(store_host_delete(store, "a", NULL), 0);
	assert_int_equal(store_host_delete(store, "a", NULL), 0);
}

static void test_rollback(void **state)
{
	struct host_record host = sample_host("a");
	autohost_record struct host_record got = { 0 };

	(void)state;
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	store_rollback(store);
	assert_int_equal(store_host_get(store, "a", &got, NULL), 0);
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
	assert_int_equal(store_host_get(store, "a", &got, NULL), 1);
}

/* A host in a pool that is not there would get no kickstart. */
static void test_pool_must_exist(void **state)
{
	autoproblems struct problems problems = { 0 };
	struct host_record host = sample_host("a");

	(void)state;
	host.pool = (char *)"nowhere";
	assert_int_equal(store_host_put(store, &host, &problems), -1);
	assert_int_equal(problems_count(&problems), 1);
}

static int count_duplicate(const struct duplicate_record *duplicate, void *userdata)
{
	int64_t *sums = userdata;

	sums[0]++;
	sums[1] += duplicate->times;
	return 0;
}

static void test_duplicates_are_bounded(void **state)
{
	struct host_record host = sample_host("a");
	int64_t sums[2] = { 0 };

	(void)state;
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	for (int i = 0; i < 3 * DUPLICATES_MAX; i++) {
		autofree char *hardware = xasprintf("machine %d", i / 2);
		struct duplicate_record duplicate = { (char *)"a", hardware, (char *)"{}",
						      (char *)"192.0.2.1", i, i, 0 };

		assert_int_equal(store_duplicate_put(store, &duplicate, NULL), 0);
	}
	assert_int_equal(store_duplicate_each(store, "a", count_duplicate, sums, NULL), 0);
	assert_int_equal(sums[0], DUPLICATES_MAX);
	assert_int_equal(sums[1], 2 * DUPLICATES_MAX);
	/* They go with their host. */
	memset(sums, 0, sizeof(sums));
	assert_int_equal(store_host_delete(store, "a", NULL), 0);
	assert_int_equal(store_duplicate_each(store, "a", count_duplicate, sums, NULL), 0);
	assert_int_equal(sums[0], 0);
}

static void test_tokens(void **state)
{
	struct token_record token = { .pool = (char *)DEFAULT_POOL, .uses_max = 3 };
	autotoken_record struct token_record got = { 0 };
	autofree char *text = token_make(&token);
	autofree char *wrong = xstrdup(text);

	(void)state;
	assert_int_equal(store_token_put(store, &token, NULL), 0);
	/* The store has only the hash. */
	assert_null(strstr(token.hash, strchr(text, '.') + 1));
	assert_int_equal(token_find(store, text, &got, NULL), 1);
	assert_int_equal(got.uses_max, 3);
	wrong[strlen(wrong) - 1] ^= 1;
	assert_int_equal(token_find(store, wrong, &got, NULL), 0);
	assert_int_equal(token_find(store, token.id, &got, NULL), 0);
	assert_int_equal(token_find(store, "", &got, NULL), 0);
	free(token.id);
	free(token.hash);
}

static void test_file_is_private(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_broken_file_is_reported(void **state)
{
	autoproblems struct problems problems = { 0 };
	autofree char *other = path_join(root, "broken.db");
	autofree char *place = xasprintf("sqlite:%s", other);
	struct store *broken;

	(void)state;
	assert_int_equal(file_write_text(other, 0600, "This is not a database, but it is long enough "
					 "that nobody can mistake it for an empty file.\n", NULL), 0);
	assert_int_equal(store_open(place, &broken, &problems), -1);
	assert_int_equal(store_open("oracle:x", &broken, &problems), -1);
	assert_int_equal(problems_count(&problems), 2);
}

/* ---- What a record says about its host ---------------------------------------------------------- */

static const struct {
	unsigned line;
	enum admission admission;
	const char *heartbeat;
	int64_t registered_at, seen_at;
	const char *state, *reason;
} records[] = {
	{ __LINE__, HOST_PENDING, NULL, 0, 0, "pending", "waits for approval" },
	{ __LINE__, HOST_REJECTED, "{\"state\": \"ready\"}", 900, 999, "rejected", "rejected by an operator" },
	{ __LINE__, HOST_APPROVED, NULL, 900, 0, "registered", "no heartbeat yet" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"ready\"}", 900, 899, "registered", "no heartbeat yet" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"ready\"}", 900, 999, "ready", "" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"degraded\", \"reasons\": [\"a\", \"b\"]}", 900, 999,
	  "degraded", "a; b" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"configuring\"}", 900, 999, "configuring", "" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"ready\"}", 900, 964, "ready", "" },
	{ __LINE__, HOST_APPROVED, "{\"state\": \"ready\"}", 900, 963, "lost", "no heartbeat for 37 s" },
};

static void test_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		struct host_record host = sample_host("a");
		enum host_state got;
		autofree char *reason = NULL;

		host.admission = records[i].admission;
		host.heartbeat = (char *)records[i].heartbeat;
		host.registered_at = records[i].registered_at;
		host.seen_at = records[i].seen_at;
		got = host_state(&host, 10, 1000);
		reason = host_reason(&host, got, 1000);
		if (!streq(host_state_name(got), records[i].state) || !streq(reason, records[i].reason))
			fail_msg("line %u: got %s, %s", records[i].line, host_state_name(got), reason);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_host_comes_back, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_put_replaces, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_walk, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_rollback, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_pool_must_exist, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_duplicates_are_bounded, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_tokens, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_file_is_private, open_store, close_store),
		cmocka_unit_test_setup_teardown(test_broken_file_is_reported, open_store, close_store),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests_name("appliance store", tests, NULL, NULL);
}
