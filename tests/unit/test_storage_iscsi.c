// SPDX-License-Identifier: MIT
/*
 * roost-storage's iSCSI: the initiator's name, node records, sessions as the kernel lists them. PAINS 9: the
 * initiator's name is the host's own, and the same at every boot.
 */
#include <sys/stat.h>

#include "tests/root.h"

#include "node/storage_iscsi.h"
#include "node/storage_sysfs.h"

static void initiator_name(void **state)
{
	autofree char *derived = NULL, *again = NULL, *given = NULL;
	bool is_other = true;

	(void)state;
	assert_null(iscsi_initiator_name(root, NULL));
	put("sys/class/dmi/id/product_uuid", "8F3D2C1B-0A9E-4D7C-B6A5-948372615F40\n");
	derived = iscsi_initiator_name(root, NULL);
	assert_string_equal(derived,
			    "iqn.1993-08.org.debian:01:8f3d2c1b-0a9e-4d7c-b6a5-948372615f40");
	again = iscsi_initiator_name(root, NULL);
	assert_string_equal(derived, again);
	given = iscsi_initiator_name(root, "iqn.2001-04.com.example:host7");
	assert_string_equal(given, "iqn.2001-04.com.example:host7");
	assert_int_equal(iscsi_write_initiator(root, given, &is_other, NULL), 0);
	assert_false(is_other);
	assert_int_equal(iscsi_write_initiator(root, given, &is_other, NULL), 0);
	assert_false(is_other);
	assert_int_equal(iscsi_write_initiator(root, derived, &is_other, NULL), 0);
	assert_true(is_other);
}

static void record_and_secret(void **state)
{
	struct iscsi_session session = {
		.target = "iqn.2026-01.test:d1", .address = "fd00::1", .port = 3260,
		.user = "in", .password = "se cret#=12",
	};
	autofree char *text = iscsi_record_text(&session, false);
	autofree char *shown = iscsi_record_text(&session, true);
	autofree char *path = iscsi_record_path("/", &session);
	autofree char *portal = iscsi_portal(&session);

	(void)state;
	assert_int_equal(iscsi_check(&session, NULL), 0);
	assert_non_null(strstr(text, "\nnode.session.auth.password = se cret#=12\n"));
	assert_null(strstr(shown, "cret"));
	assert_string_equal(path, "/var/lib/iscsi/nodes/iqn.2026-01.test:d1/fd00::1,3260");
	assert_string_equal(portal, "[fd00::1]:3260");
}

static void refused_secrets(void **state)
{
	static const char *const refused[] = { "", " leading", "trailing ", "two\nlines", "tab\tbed" };
	struct iscsi_session session = { .target = "iqn.2026-01.test:d1", .user = "in" };

	(void)state;
	assert_int_equal(iscsi_check(&session, NULL), -1);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		autoproblems struct problems problems = { 0 };

		session.password = refused[i];
		assert_int_equal(iscsi_check(&session, &problems), -1);
		assert_true(*refused[i] == '\0' || !strstr(problems.items[0], refused[i]));
	}
}

/* A session as the kernel lists it; `disk` may be NULL. */
static void put_session(int number, const char *state, const char *address, const char *iface,
			const char *disk)
{
	const struct {
		const char *folder, *end, *text;
	} files[] = {
		{ "iscsi_session/session", "/targetname", "iqn.2026-01.test:d1" },
		{ "iscsi_session/session", "/state", state },
		{ "iscsi_session/session", "/ifacename", iface },
		{ "iscsi_connection/connection", ":0/persistent_address", address },
		{ "iscsi_connection/connection", ":0/persistent_port", "3260" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = xasprintf("sys/class/%s%d%s", files[i].folder, number, files[i].end);
		autofree char *line = xasprintf("%s\n", files[i].text);

		put(path, line);
	}
	if (disk) {
		autofree char *size = xasprintf("sys/class/iscsi_session/session%d/device/target%d:0:0/"
						"%d:0:0:1/block/%s/size", number, number, number, disk);

		put(size, "131072\n");
	}
}

static enum iscsi_session_state state_of(const struct iscsi_session *session)
{
	struct iscsi_seen_list list;
	enum iscsi_session_state state;

	iscsi_sessions_read(root, &list);
	state = iscsi_session_state(&list, session);
	iscsi_sessions_done(&list);
	return state;
}

/* The state is that of the path asked for: target, portal and device, not of a neighbour. */
static void session_states(void **state)
{
	struct iscsi_session first = { .target = "iqn.2026-01.test:d1", .address = "10.0.0.1", .port = 3260 };
	struct iscsi_session second = first, bound = first, other = first;
	struct iscsi_seen_list list;

	(void)state;
	second.address = "fd00::2";
	bound.iface = "eth1";
	other.target = "iqn.2026-01.test:d";
	assert_false(iscsi_has_sessions(root));
	assert_int_equal(state_of(&first), ISCSI_SESSION_NONE);
	put_session(1, "FAILED", "10.0.0.1", "default", "sda");
	assert_int_equal(state_of(&first), ISCSI_SESSION_LOST);
	assert_int_equal(state_of(&second), ISCSI_SESSION_NONE);
	put_session(2, "LOGGED_IN", "fd00::2", "default", "sdc");
	assert_int_equal(state_of(&first), ISCSI_SESSION_LOST);
	assert_int_equal(state_of(&second), ISCSI_SESSION_UP);
	assert_int_equal(state_of(&bound), ISCSI_SESSION_NONE);
	put_session(10, "LOGGED_IN", "10.0.0.1", "eth1", NULL);
	assert_int_equal(state_of(&bound), ISCSI_SESSION_UP);
	assert_int_equal(state_of(&first), ISCSI_SESSION_LOST);
	assert_int_equal(state_of(&other), ISCSI_SESSION_NONE);
	assert_true(iscsi_has_sessions(root));
	iscsi_sessions_read(root, &list);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].address, "10.0.0.1");
	assert_string_equal(list.items[0].disks[0], "sda");
	assert_null(list.items[0].iface);
	assert_string_equal(list.items[1].iface, "eth1");
	assert_null(list.items[1].disks);
	assert_string_equal(iscsi_session_state_name(list.items[0].state), "lost");
	iscsi_sessions_done(&list);
}

/* One that is just ending has lost some of its attributes. */
static void session_that_ends(void **state)
{
	struct iscsi_seen_list list;

	(void)state;
	put("sys/class/iscsi_session/session1/state", "LOGGED_IN\n");
	put("sys/class/iscsi_session/session2/targetname", "iqn.2026-01.test:d1\n");
	iscsi_sessions_read(root, &list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, ISCSI_SESSION_LOST);
	assert_string_equal(list.items[0].address, "");
	iscsi_sessions_done(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(initiator_name),
		cmocka_unit_test(record_and_secret),
		cmocka_unit_test(refused_secrets),
		with_root(session_states),
		with_root(session_that_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
