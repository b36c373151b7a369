// SPDX-License-Identifier: MIT
/*
 * LLDP neighbours as systemd-networkd tells them over varlink, whole, in pieces, late, and wrong.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/root.h"

#include "common/clock.h"
#include "node/lldp.h"
#include "node/varlink.h"

#define REPLY(list) "{\"parameters\":{\"Neighbors\":[" list "]}}"
#define ON(nic, list) "{\"InterfaceName\":\"" nic "\",\"Neighbors\":[" list "]}"

static const struct {
	unsigned line;
	const char *text;
	const char *expected;   /* "nic chassis port system vlan;..."; NULL: refused */
} cases[] = {
	{ __LINE__, REPLY(""), "" },
	{ __LINE__, REPLY(ON("ens3", "{\"ChassisID\":\"c\",\"PortID\":\"p\",\"SystemName\":\"s\",\"VlanID\":7}")),
	  "ens3 c p s 7;" },
	{ __LINE__, REPLY(ON("ens4", "{\"PortID\":\"2\"},{\"PortID\":\"1\"}") "," ON("ens3", "{}")),
	  "ens3 - - - 0;ens4 - 1 - 0;ens4 - 2 - 0;" },
	/* a name is one that an interface can have, a neighbour an object, and a VLAN one that exists */
	{ __LINE__, REPLY(ON("../ens3", "{}") "," ON("", "{}") "," ON("ens3", "7,[]") ",7"), "" },
	{ __LINE__, REPLY(ON("sixteen-letters-", "{}")), "" },
	{ __LINE__, REPLY(ON("ens3", "{\"VlanID\":4095},{\"PortID\":7,\"VlanID\":-1}")),
	  "ens3 - - - 0;ens3 - - - 0;" },
	/* nothing of what a switch says reaches a terminal as an order */
	{ __LINE__, REPLY(ON("ens3", "{\"SystemName\":\"\\u001b[2Ja\\nb\"}")), "ens3 - - ?[2Ja?b 0;" },
	{ __LINE__, "", NULL },
	{ __LINE__, "[]", NULL },
	{ __LINE__, "{\"parameters\":{}}", NULL },
	{ __LINE__, "{\"parameters\":{\"Neighbors\":{}}}", NULL },
	{ __LINE__, "{\"parameters\":{\"Neighbors\":[]}", NULL },
};

static char *text_of(const struct lldp_neighbours *found)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < found->count; i++) {
		const struct lldp_neighbour *n = &found->items[i];
		char *more = xasprintf("%s%s %s %s %s %d;", text, n->nic,
				       n->chassis_id ? n->chassis_id : "-",
				       n->port_id ? n->port_id : "-",
				       n->system_name ? n->system_name : "-", n->vlan_id);

		free(text);
		text = more;
	}
	return text;
}

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoproblems struct problems problems = { 0 };
		autolldp struct lldp_neighbours found = { 0 };
		int r = lldp_neighbours_read(cases[i].text, strlen(cases[i].text), &found, &problems);
		autofree char *text = r == 0 ? text_of(&found) : NULL;

		if (!streq_null(text, cases[i].expected) || (r < 0) != (problems_count(&problems) > 0))
			fail_msg("line %u: \"%s\"", cases[i].line, text ? text : "refused");
	}
}

static void test_bound(void **state)
{
	autofree char *text = NULL;
	autolldp struct lldp_neighbours found = { 0 };
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	(void)state;
	fputs("{\"parameters\":{\"Neighbors\":[{\"InterfaceName\":\"ens3\",\"Neighbors\":[{}", out);
	for (int i = 0; i < 2 * LLDP_NEIGHBOURS_MAX; i++)
		fputs(",{}", out);
	fputs("]}]}}", out);
	fclose(out);
	assert_int_equal(lldp_neighbours_read(text, len, &found, NULL), 0);
	assert_int_equal(found.count, LLDP_NEIGHBOURS_MAX);
}

/* ---- The call ------------------------------------------------------------------------------------ */

struct service {
	char *path;
	const char *first, *second; /* two pieces; the second ends with a NUL when ends_it */
	bool ends_it;
	int listener;
};

static void *serve(void *data)
{
	struct service *service = data;
	autoclose int fd = accept(service->listener, NULL, NULL);
	char request[256];
	ssize_t n = recv(fd, request, sizeof(request), 0);

	if (n > 0 && request[n - 1] == '\0' && strstr(request, "\"test.Method\"")) {
		(void)send(fd, service->first, strlen(service->first), MSG_NOSIGNAL);
		if (service->second)
			(void)send(fd, service->second,
				   strlen(service->second) + (service->ends_it ? 1 : 0), MSG_NOSIGNAL);
	}
	/* a service that never ends its reply keeps the connection */
	if (!service->ends_it)
		(void)recv(fd, request, sizeof(request), 0);
	return NULL;
}

static int call(struct service *service, char **ret, struct problems *problems)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	pthread_t thread;
	int result;

	make_root(NULL);
	service->path = path_join(root, "socket");
	memccpy(address.sun_path, service->path, '\0', sizeof(address.sun_path) - 1);
	service->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(service->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(service->listener, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, service), 0);
	result = varlink_call(service->path, "test.Method", 300, 1024, ret, problems);
	pthread_join(thread, NULL);
	close(service->listener);
	remove_root(NULL);
	free(service->path);
	return result;
}

static void test_call(void **state)
{
	struct service whole = { .first = "{\"a\":", .second = "1}", .ends_it = true };
	struct service error = { .first = "", .second = "{\"error\":\"test.Busy\"}", .ends_it = true };
	struct service late = { .first = "{\"a\":1}", .second = NULL };
	struct service *bad[] = { &error, &late };
	autofree char *reply = NULL;
	int64_t began_ms;

	(void)state;
	assert_int_equal(call(&whole, &reply, NULL), 0);
	assert_string_equal(reply, "{\"a\":1}");
	began_ms = now_ms();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		autoproblems struct problems problems = { 0 };
		autofree char *none = NULL;

		assert_int_equal(call(bad[i], &none, &problems), -1);
		assert_null(none);
		assert_int_equal(problems_count(&problems), 1);
	}
	assert_true(now_ms() - began_ms < 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
