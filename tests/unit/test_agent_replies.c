// SPDX-License-Identifier: MIT
/* The appliance's answers: what is taken, what is refused and how that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "host/address_list.h"
#include "node/agent_replies.h"

static const struct {
	unsigned line;
	const char *etag, *generation;
} etags[] = {
	{ __LINE__, "\"abc-1\"", "abc-1" },
	{ __LINE__, "W/\"abc-1\"", "abc-1" },
	{ __LINE__, "abc-1", "abc-1" },
	{ __LINE__, "\"sha256:0a/b+c=\"", "sha256:0a/b+c=" },
	{ __LINE__, "\"\"", NULL },
	{ __LINE__, "\"", NULL },
	{ __LINE__, "", NULL },
	{ __LINE__, "\"a b\"", NULL },
	{ __LINE__, "\"a\nb\"", NULL },
	{ __LINE__, "\"a\"b\"", NULL },
};

static void test_etags(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(etags); i++) {
		autofree char *generation = generation_of_etag(etags[i].etag);

		if (!streq_null(generation, etags[i].generation))
			fail_msg("row of line %u: %s", etags[i].line, generation ? generation : "NULL");
	}
}

static void test_long_etag(void **state)
{
	char etag[GENERATION_MAX + 2];

	(void)state;
	memset(etag, 'x', sizeof(etag) - 1);
	etag[sizeof(etag) - 1] = '\0';
	assert_null(generation_of_etag(etag));
	etag[GENERATION_MAX] = '\0';
	free(generation_of_etag(etag));
}

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define PEM "-----BEGIN CERTIFICATE-----\\n"

static const struct {
	unsigned line;
	const char *body;
	const char *problem; /* a part of it; NULL: taken */
} registrations[] = {
	{ __LINE__, "{\"id\": \"i1\", \"certificate\": \"" PEM "\", \"pool\": \"p\"}", NULL },
	{ __LINE__, "{\"id\": \"i1\", \"certificate\": \"" PEM "\", \"other\": 1}", NULL },
	{ __LINE__, "{\"id\": \"i1\", \"certificate\": \"" PEM "\", \"pool\": 1}",
	  "\"pool\": expected a string" },
	{ __LINE__, "{\"id\": \"i2\", \"certificate\": \"" PEM "\"}", "\"id\": not this host's" },
	{ __LINE__, "{\"id\": \"i1\"}", "\"certificate\" is missing" },
	{ __LINE__, "{\"id\": \"i1\", \"certificate\": \"x\"}", "\"certificate\": expected PEM" },
	{ __LINE__, "{\"id\": \"i1\", \"id\": \"i1\"}", "not JSON: duplicate" },
	{ __LINE__, "[]", "expected a JSON object" },
	{ __LINE__, "", "not JSON" },
	{ __LINE__, "{\"id\":", "not JSON" },
};

static void test_registrations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(registrations); i++) {
		autoproblems struct problems problems = { 0 };
		autofree char *text = NULL;
		struct reply_registration reply = { 0 };
		const char *body = registrations[i].body, *expected = registrations[i].problem;
		int result = reply_registration_read(body, strlen(body), "i1", &reply, &problems);

		text = problems_text(&problems);
		if ((result == 0) != !expected || (expected && !strstr(text, expected)))
			fail_msg("row of line %u: %d %s", registrations[i].line, result, text);
		if (result < 0)
			assert_null(reply.certificate);
		reply_registration_done(&reply);
	}
}

static const struct {
	unsigned line;
	const char *body;
	const char *generation; /* "!" when the answer is refused */
} heartbeats[] = {
	{ __LINE__, "{\"generation\": \"g1\", \"interval_s\": 10}", "g1" },
	{ __LINE__, "{\"generation\": \"\\\"g1\\\"\", \"interval_s\": 3600}", "g1" },
	{ __LINE__, "{\"generation\": null, \"interval_s\": 1}", NULL },
	{ __LINE__, "{\"generation\": \"\", \"interval_s\": 1}", NULL },
	{ __LINE__, "{\"interval_s\": 1}", NULL },
	{ __LINE__, "{\"generation\": \"g1\", \"interval_s\": 0}", "!" },
	{ __LINE__, "{\"generation\": \"g1\", \"interval_s\": 1e9}", "!" },
	{ __LINE__, "{\"generation\": \"g1\", \"interval_s\": 99999999999}", "!" },
	{ __LINE__, "{\"generation\": \"g1\"}", "!" },
	{ __LINE__, "{\"generation\": \"a\\nb\", \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"generation\": 7, \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"keytab\": null, \"interval_s\": 1}", NULL },
	{ __LINE__, "{\"keytab\": \"" SHA256 "\", \"generation\": \"g1\", \"interval_s\": 1}", "g1" },
	{ __LINE__, "{\"keytab\": \"" SHA256 "0\", \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"keytab\": \"../x\", \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"keytab\": 7, \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [], \"generation\": \"g1\", \"interval_s\": 1}", "g1" },
	{ __LINE__, "{\"peers\": [\"192.0.2.1\", \"fd00::1\"], \"generation\": \"g1\", \"interval_s\": 1}", "g1" },
	{ __LINE__, "{\"peers\": [\"192.0.2.1 } ; flush ruleset\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [\"0.0.0.0/0\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [\"127.0.0.1\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [\"fe80::1\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [\"ff02::1\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [\"node1\"], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": [[]], \"interval_s\": 1}", "!" },
	{ __LINE__, "{\"peers\": null, \"interval_s\": 1}", "!" },
};

static void test_heartbeats(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heartbeats); i++) {
		struct reply_heartbeat reply = { 0 };
		const char *body = heartbeats[i].body, *expected = heartbeats[i].generation;
		int result = reply_heartbeat_read(body, strlen(body), &reply, NULL);
		const char *got = result < 0 ? "!" : reply.generation;

		if (!streq_null(got, expected))
			fail_msg("row of line %u: %s", heartbeats[i].line, got ? got : "NULL");
		reply_heartbeat_done(&reply);
	}
}

static void test_peers(void **state)
{
	static const char body[] = "{\"peers\": [\"2001:DB8:0::1\", \"192.0.2.1\"], \"interval_s\": 1}";
	struct reply_heartbeat reply = { 0 };
	autojson json_t *many = json_pack("{si, s[]}", "interval_s", 1, "peers");
	autofree char *text = NULL;

	(void)state;
	assert_int_equal(reply_heartbeat_read("{\"interval_s\": 1}", 17, &reply, NULL), 0);
	assert_false(reply.has_peers);
	assert_int_equal(reply_heartbeat_read(body, strlen(body), &reply, NULL), 0);
	assert_true(reply.has_peers);
	assert_string_equal(reply.peers[0], "2001:db8::1");
	assert_string_equal(reply.peers[1], "192.0.2.1");
	reply_heartbeat_done(&reply);
	for (int i = 0; i <= PEER_ADDRESSES_MAX; i++)
		json_array_append_new(json_object_get(many, "peers"), json_string("192.0.2.1"));
	text = json_line(many);
	assert_int_equal(reply_heartbeat_read(text, strlen(text), &reply, NULL), -1);
}

static void test_errors_are_printable_and_bounded(void **state)
{
	static const char body[] = "{\"error\": \"no\\u001b[31m room\\n\", \"field\": \"id\"}";
	autofree char *error = reply_error_text(body, strlen(body));
	char large[4096];
	autofree char *bounded = NULL;

	(void)state;
	assert_string_equal(error, "no?[31m room?");
	snprintf(large, sizeof(large), "{\"error\": \"%03000d\"}", 0);
	bounded = reply_error_text(large, strlen(large));
	assert_int_equal(strlen(bounded), 256);
	assert_null(reply_error_text("{\"error\": 7}", 12));
	assert_null(reply_error_text("<html>", 6));
}

static void test_text(void **state)
{
	(void)state;
	assert_true(reply_is_text("network --device=br0\r\n\tx # Größe\n", 35));
	assert_true(reply_is_text("", 0));
	assert_false(reply_is_text("a\0b", 3));
	assert_false(reply_is_text("a\033b", 3));
	assert_false(reply_is_text("a\xff" "b", 3));
	assert_false(reply_is_text("a\xc3", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_etags),
		cmocka_unit_test(test_long_etag),
		cmocka_unit_test(test_registrations),
		cmocka_unit_test(test_heartbeats),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_errors_are_printable_and_bounded),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("agent_replies", tests, NULL, NULL);
}
