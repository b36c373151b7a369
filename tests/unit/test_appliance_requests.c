// SPDX-License-Identifier: MIT
/*
 * What nodes and operators send: routes and credentials, registrations and heartbeats, ranges, names
 * and addresses of listeners, and that nothing they say breaks out of a page or a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/html.h"
#include "appliance/listen.h"
#include "appliance/names.h"
#include "appliance/ranges.h"
#include "appliance/rate.h"
#include "appliance/registration.h"
#include "appliance/routes.h"
#include "appliance/table.h"
#include "common/digest.h"

/* ---- Routes ------------------------------------------------------------------------------------- */

static const struct {
	unsigned line;
	enum listener listener;
	const char *method, *path;
	const char *pattern; /* NULL: 404, "405": known with other methods */
	const char *param;
} paths[] = {
	{ __LINE__, ON_NODES, "GET", "/v1/ca.pem", "/v1/ca.pem", NULL },
	{ __LINE__, ON_ADMIN, "GET", "/v1/ca.pem", "/v1/ca.pem", NULL },
	{ __LINE__, ON_NODES, "POST", "/v1/hosts", "/v1/hosts", NULL },
	{ __LINE__, ON_ADMIN, "POST", "/v1/hosts", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/v1/hosts", "405", NULL },
	{ __LINE__, ON_NODES, "GET", "/v1/hosts/a/kickstart", "/v1/hosts/{id}/kickstart", "a" },
	{ __LINE__, ON_NODES, "HEAD", "/v1/hosts/a/kickstart", "/v1/hosts/{id}/kickstart", "a" },
	{ __LINE__, ON_NODES, "GET", "/v1/hosts//kickstart", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/v1/hosts/a/b/kickstart", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/v1/hosts/a/kickstart/", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/boot/x/y.json", "/boot/{path...}", "x/y.json" },
	{ __LINE__, ON_NODES, "GET", "/boot/", NULL, NULL },
	{ __LINE__, ON_ADMIN, "GET", "/boot/x", NULL, NULL },
	/* The operators' calls are not there for nodes. */
	{ __LINE__, ON_NODES, "GET", "/v1/admin/hosts", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/metrics", NULL, NULL },
	{ __LINE__, ON_NODES, "GET", "/", NULL, NULL },
	{ __LINE__, ON_ADMIN, "GET", "/", "/", NULL },
	{ __LINE__, ON_ADMIN, "DELETE", "/v1/admin/hosts/a", "/v1/admin/hosts/{id}", "a" },
	{ __LINE__, ON_ADMIN, "PATCH", "/v1/admin/hosts/a", "405", NULL },
	{ __LINE__, ON_ADMIN, "GET", "", NULL, NULL },
	/* Plain HTTP: boot files, and nothing that takes a token. */
	{ __LINE__, ON_BOOT, "GET", "/boot/x/y.json", "/boot/{path...}", "x/y.json" },
	{ __LINE__, ON_BOOT, "HEAD", "/boot/x", "/boot/{path...}", "x" },
	{ __LINE__, ON_BOOT, "GET", "/boot/ipxe/a", "/boot/ipxe/{mac}", "a" },
	{ __LINE__, ON_NODES, "GET", "/boot/ipxe/a", "/boot/ipxe/{mac}", "a" },
	{ __LINE__, ON_BOOT, "GET", "/v1/admin/boot", NULL, NULL },
	{ __LINE__, ON_BOOT, "PUT", "/boot/x", "405", NULL },
	{ __LINE__, ON_BOOT, "GET", "/grub/grub.cfg", "/grub/{path...}", "grub.cfg" },
	{ __LINE__, ON_NODES, "GET", "/grub/grub.cfg", NULL, NULL },
	{ __LINE__, ON_BOOT, "GET", "/v1/ca.pem", NULL, NULL },
	{ __LINE__, ON_BOOT, "POST", "/v1/hosts", NULL, NULL },
	{ __LINE__, ON_BOOT, "GET", "/v1/admin/hosts", NULL, NULL },
	{ __LINE__, ON_BOOT, "GET", "/metrics", NULL, NULL },
	{ __LINE__, ON_BOOT, "GET", "/", NULL, NULL },
};

static void test_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char *params[ROUTE_PARAMS_MAX] = { 0 };
		bool is_known;
		const struct route *route = route_find(paths[i].listener, paths[i].method,
						       paths[i].path, params, &is_known);
		const char *got = route ? route->pattern : is_known ? "405" : NULL;

		if (!streq_null(got, paths[i].pattern) || !streq_null(params[0], paths[i].param))
			fail_msg("line %u: got %s with %s", paths[i].line, got ? got : "404",
				 params[0] ? params[0] : "nothing");
		for (size_t j = 0; j < ROUTE_PARAMS_MAX; j++)
			free(params[j]);
	}
}

static unsigned status_without_credentials(struct appliance *appliance, const struct route *route)
{
	struct request request = {
		.appliance = appliance,
		.params = { xstrdup("a"), NULL },
		.authorization = "Bearer wrong",
	};
	struct reply reply = { .fd = -1 };
	bool may_pass = route_authorize(route, &request, &reply);
	unsigned status = may_pass ? 0 : reply.status;

	reply_done(&reply);
	request_done(&request);
	return status;
}

/* Every row of the table is asked with wrong credentials: a new row cannot forget them. */
static void test_credentials_of_every_route(void **state)
{
	struct appliance appliance = { .admin_hash = sha256_text("right", 5) };
	unsigned open_routes = 0;

	(void)state;
	assert_int_equal(store_open("sqlite::memory:", &appliance.store, NULL), 0);
	for (const struct route *const *group = route_groups; *group; group++)
		for (const struct route *route = *group; route->method; route++) {
			unsigned status = status_without_credentials(&appliance, route);

			if (status != (route->auth == AUTH_NONE ? 0 : 401))
				fail_msg("%s %s: %u", route->method, route->pattern, status);
			/* What crosses the network as plain text must need no credentials. */
			if (route->listeners & ON_BOOT && route->auth != AUTH_NONE)
				fail_msg("%s %s: credentials over plain HTTP", route->method,
					 route->pattern);
			open_routes += status == 0;
		}
	/* The CA, boot files (twice, for GRUB), boot scripts, metrics, the style sheet. Think twice. */
	assert_int_equal(open_routes, 6);
	store_close(appliance.store);
	free(appliance.admin_hash);
}

static void test_secrets_equal(void **state)
{
	(void)state;
	assert_true(secrets_equal("abc", "abc"));
	assert_true(secrets_equal("", ""));
	assert_false(secrets_equal("abc", "abd"));
	assert_false(secrets_equal("abcabc", "abc"));
	assert_false(secrets_equal("abc", "abcabc"));
	assert_false(secrets_equal("", "abc"));
	assert_false(secrets_equal("abc", ""));
}

/* ---- Bodies ------------------------------------------------------------------------------------- */

#define UUID "4c4c4544-0042-3510-8052-b4c04f503032"
#define FACTS "{\"system\": {}, \"nics\": []}"

static const struct {
	unsigned line;
	const char *body;
	const char *field; /* NULL: accepted */
} registrations[] = {
	{ __LINE__, "{\"id\": \"" UUID "\", \"csr\": \"x\", \"facts\": " FACTS "}", NULL },
	{ __LINE__, "{\"id\": \"4C4C4544-0042-3510-8052-B4C04F503032\", \"csr\": \"x\", \"facts\": " FACTS
		    ", \"later\": 1}", NULL },
	{ __LINE__, "", "" },
	{ __LINE__, "[]", "" },
	{ __LINE__, "{", "" },
	{ __LINE__, "{\"id\": \"" UUID "\", \"id\": \"" UUID "\"}", "" },
	{ __LINE__, "{\"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": 1, \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": \"a/../b\", \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": \"" UUID "0\", \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	/* PAINS 8: placeholders are refused, whatever their case. */
	{ __LINE__, "{\"id\": \"00000000-0000-0000-0000-000000000000\", \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": \"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\", \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": \"03000200-0400-0500-0006-000700080009\", \"csr\": \"x\", \"facts\": " FACTS "}", "id" },
	{ __LINE__, "{\"id\": \"" UUID "\", \"facts\": " FACTS "}", "csr" },
	{ __LINE__, "{\"id\": \"" UUID "\", \"csr\": \"x\"}", "facts" },
	{ __LINE__, "{\"id\": \"" UUID "\", \"csr\": \"x\", \"facts\": []}", "facts" },
	{ __LINE__, "{\"id\": \"" UUID "\", \"csr\": \"x\", \"facts\": {\"system\": {}, \"nics\": [],"
		    " \"hostname\": \"a b\"}}", "hostname" },
};

static void test_registrations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(registrations); i++) {
		autoproblems struct problems problems = { 0 };
		struct registration registration = { 0 };
		const char *field = NULL;
		int r = registration_read(registrations[i].body, strlen(registrations[i].body),
					  &registration, &field, &problems);
		const char *got = r < 0 ? field : NULL;

		if (!streq_null(got, registrations[i].field) ||
		    (r < 0) != (problems_count(&problems) > 0))
			fail_msg("line %u: got %s", registrations[i].line, got ? got : "accepted");
		if (r == 0)
			assert_string_equal(registration.id, UUID);
		registration_done(&registration);
	}
}

static const struct {
	unsigned line;
	const char *body;
	const char *field;
} heartbeats[] = {
	{ __LINE__, "{\"state\": \"ready\"}", NULL },
	{ __LINE__, "{\"state\": \"degraded\", \"generation\": null, \"reasons\": [\"a\"], \"storage\": {},"
		    "\"timeline\": [{\"t_ms\": 1, \"event\": \"a\", \"text\": \"\"}]}", NULL },
	{ __LINE__, "{}", "state" },
	{ __LINE__, "{\"state\": \"fine\"}", "state" },
	{ __LINE__, "{\"state\": \"ready\", \"generation\": 1}", "generation" },
	{ __LINE__, "{\"state\": \"ready\", \"address\": []}", "address" },
	{ __LINE__, "{\"state\": \"ready\", \"reasons\": \"a\"}", "reasons" },
	{ __LINE__, "{\"state\": \"ready\", \"reasons\": [1]}", "reasons" },
	{ __LINE__, "{\"state\": \"ready\", \"reasons\": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,"
		    "20,21,22,23,24,25,26,27,28,29,30,31,32,33]}", "reasons" },
	{ __LINE__, "{\"state\": \"ready\", \"timeline\": [1]}", "timeline" },
	{ __LINE__, "{\"state\": \"ready\", \"timeline\": [{\"t_ms\": -1, \"event\": \"a\", \"text\": \"\"}]}", "timeline" },
	{ __LINE__, "{\"state\": \"ready\", \"storage\": []}", "storage" },
	{ __LINE__, "{\"state\": \"ready\", \"network\": 1}", "network" },
	{ __LINE__, "{\"state\": \"ready\", \"hostname\": \"<b>\"}", "hostname" },
	{ __LINE__, "{\"state\": \"ready\", \"addresses\": [\"192.0.2.1\", \"2001:DB8::1\"], \"peers\": \"x\"}", NULL },
	{ __LINE__, "{\"state\": \"ready\", \"addresses\": \"192.0.2.1\"}", "addresses" },
	{ __LINE__, "{\"state\": \"ready\", \"addresses\": [\"192.0.2.0/24\"]}", "addresses" },
	{ __LINE__, "{\"state\": \"ready\", \"addresses\": [\"0.0.0.0\"]}", "addresses" },
	{ __LINE__, "{\"state\": \"ready\", \"addresses\": [1]}", "addresses" },
	{ __LINE__, "{\"state\": \"ready\", \"peers\": []}", "peers" },
};

static void test_heartbeats(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heartbeats); i++) {
		autoproblems struct problems problems = { 0 };
		struct heartbeat heartbeat = { 0 };
		const char *field = NULL;
		int r = heartbeat_read(heartbeats[i].body, strlen(heartbeats[i].body), &heartbeat,
				       &field, &problems);
		const char *got = r < 0 ? field : NULL;

		if (!streq_null(got, heartbeats[i].field))
			fail_msg("line %u: got %s", heartbeats[i].line, got ? got : "accepted");
		heartbeat_done(&heartbeat);
	}
}

/* ---- Ranges ------------------------------------------------------------------------------------- */

static const struct {
	unsigned line;
	const char *header;
	uint64_t size;
	enum range_kind kind;
	uint64_t offset, length;
} ranges[] = {
	{ __LINE__, NULL, 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=0-0", 10, RANGE_PART, 0, 1 },
	{ __LINE__, "bytes=2-", 10, RANGE_PART, 2, 8 },
	{ __LINE__, "bytes=9-", 10, RANGE_PART, 9, 1 },
	{ __LINE__, "bytes=2-100", 10, RANGE_PART, 2, 8 },
	{ __LINE__, "bytes=0-9223372036854775807", 10, RANGE_PART, 0, 10 },
	{ __LINE__, "bytes=-3", 10, RANGE_PART, 7, 3 },
	{ __LINE__, "bytes=-30", 10, RANGE_PART, 0, 10 },
	{ __LINE__, "bytes=10-", 10, RANGE_UNSATISFIABLE, 0, 0 },
	{ __LINE__, "bytes=-0", 10, RANGE_UNSATISFIABLE, 0, 0 },
	{ __LINE__, "bytes=0-", 0, RANGE_UNSATISFIABLE, 0, 0 },
	{ __LINE__, "bytes=-5", 0, RANGE_UNSATISFIABLE, 0, 0 },
	{ __LINE__, "bytes=5-2", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=-", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=0-1,3-4", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=--1", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes= 1-2", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "bytes=1-99999999999999999999", 10, RANGE_WHOLE, 0, 0 },
	{ __LINE__, "lines=1-2", 10, RANGE_WHOLE, 0, 0 },
};

static void test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		uint64_t offset = 0, length = 0;
		enum range_kind kind = range_parse(ranges[i].header, ranges[i].size, &offset, &length);

		if (kind != ranges[i].kind || offset != ranges[i].offset || length != ranges[i].length)
			fail_msg("line %u: kind %d, %llu bytes from %llu", ranges[i].line, kind,
				 (unsigned long long)length, (unsigned long long)offset);
	}
}

/* ---- Texts -------------------------------------------------------------------------------------- */

static char *escaped(const char *text)
{
	char *result;
	size_t len;
	FILE *out = xopen_memstream(&result, &len);

	html_text(out, text);
	fclose(out);
	return result;
}

static void test_html(void **state)
{
	static const char *const pairs[][2] = {
		{ "plain, ü", "plain, ü" },
		{ "<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
		{ "a\" onclick=\"b", "a&quot; onclick=&quot;b" },
		{ "&amp;", "&amp;amp;" },
		{ "a\x01z\x7f", "a?z?" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		autofree char *got = escaped(pairs[i][0]);

		assert_string_equal(got, pairs[i][1]);
	}
}

static void test_printable(void **state)
{
	static const char *const pairs[][2] = {
		{ "plain, ü", "plain, ü" },
		{ "\x1b[2Jgone", "?[2Jgone" },
		{ "a\nb\tc", "a?b?c" },
		{ "\xc2\x9b" "2J", "??2J" }, /* CSI as one character */
		{ "\xc2\xa0ok", "\xc2\xa0ok" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		autofree char *got = printable(pairs[i][0]);

		assert_string_equal(got, pairs[i][1]);
	}
}

static void test_table(void **state)
{
	struct table *table = table_new("A|LONG");
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	(void)state;
	table_cell(table, "ü");
	table_cell(table, "x");
	table_cell(table, "wide");
	table_cell(table, NULL);
	table_end(table, out, "nothing");
	table_end(table_new("A"), out, "nothing");
	fclose(out);
	assert_string_equal(text, "A     LONG\nü     x\nwide\nnothing\n");
	free(text);
}

/* ---- Addresses ---------------------------------------------------------------------------------- */

static const struct {
	unsigned line;
	const char *text;
	const char *url; /* NULL: refused */
} addresses[] = {
	{ __LINE__, "127.0.0.1:8444", "https://127.0.0.1:8444" },
	{ __LINE__, "[::1]:0", "https://[::1]:0" },
	{ __LINE__, "[::]:8443", "https://127.0.0.1:8443" },
	{ __LINE__, "0.0.0.0:1", "https://127.0.0.1:1" },
	{ __LINE__, "127.0.0.1", NULL },
	{ __LINE__, "127.0.0.1:", NULL },
	{ __LINE__, ":8443", NULL },
	{ __LINE__, "127.0.0.1:65536", NULL },
	{ __LINE__, "::1:8443", NULL },
	{ __LINE__, "[::1]", NULL },
	{ __LINE__, "example.net:8443", NULL },
};

static void test_listen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		struct listen_address address;
		autoproblems struct problems problems = { 0 };
		int r = listen_parse(addresses[i].text, &address, &problems);
		const char *colon = strrchr(addresses[i].text, ':');
		autofree char *url = r < 0 ? NULL : listen_url("https", &address,
								  (unsigned)atoi(colon + 1));

		if (!streq_null(url, addresses[i].url))
			fail_msg("line %u: got %s", addresses[i].line, url ? url : "refused");
	}
}

static void test_names(void **state)
{
	autostrv char **names = NULL;
	autostrv char **other = NULL;

	(void)state;
	assert_int_equal(names_add(&names, "Appliance.Example.NET", NULL), 0);
	assert_int_equal(names_add(&names, "appliance.example.net", NULL), 0);
	assert_int_equal(names_add(&names, "2001:DB8:0::1", NULL), 0);
	assert_int_equal(names_add(&names, "a b", NULL), -1);
	assert_int_equal(names_add(&names, "*.example.net", NULL), -1);
	assert_int_equal(names_add(&names, "", NULL), -1);
	assert_int_equal(strv_len(names), 2);
	strv_push(&other, "2001:db8::1");
	assert_false(names_equal(names, other));
	strv_push(&other, "appliance.example.net");
	assert_true(names_equal(names, other));
}

static void test_rate(void **state)
{
	struct rate rate;
	unsigned passed = 0;

	(void)state;
	rate_init(&rate, 10, 20, 1000);
	for (int i = 0; i < 100; i++)
		passed += rate_take(&rate, 1000);
	assert_int_equal(passed, 20);
	for (int i = 0; i < 100; i++)
		passed += rate_take(&rate, 1500);
	assert_int_equal(passed, 25);
	/* An idle hour does not save up more than a burst. */
	for (int i = 0; i < 100; i++)
		passed += rate_take(&rate, 3601000);
	assert_int_equal(passed, 45);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_credentials_of_every_route),
		cmocka_unit_test(test_secrets_equal),
		cmocka_unit_test(test_registrations),
		cmocka_unit_test(test_heartbeats),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_listen),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests_name("appliance requests", tests, NULL, NULL);
}
