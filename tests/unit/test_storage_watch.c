// SPDX-License-Identifier: MIT
/* What the watch makes of what it sees, look by look, and what the appliance is told of storage. */
#include "tests/root.h"

#include <signal.h>
#include <sys/wait.h>

#include "tests/expect.h"
#include "host/read.h"
#include "node/storage_look.h"
#include "node/storage_report.h"
#include "node/storage_state.h"
#include "node/storage_summary.h"
#include "node/storage_watch_pools.h"

#define IQN "iqn.2026-11.example.test:disk1"
#define KICKSTART "iscsi --target=" IQN " --ipaddr=127.0.0.1\n" \
	"pool --name=disks --type=iscsi --source-host=127.0.0.1 --source-dev=" IQN "\n" \
	"pool --name=group --type=logical --source-name=vg " \
	"--source-dev=/dev/disk/by-path/ip-127.0.0.1:3260-iscsi-" IQN "-lun-1\n" \
	"pool --name=images --type=netfs --source-host=nas --source-path=/export --target=/images\n"

/* NULL: there is none. */
static void put_session(const char *state)
{
	autofree char *sysfs = path_in_root(root, "/sys");

	remove_tree(sysfs, NULL);
	if (!state)
		return;
	put("/sys/class/iscsi_session/session1/targetname", IQN "\n");
	put("/sys/class/iscsi_session/session1/state", state);
	put("/sys/class/iscsi_connection/connection1:0/persistent_address", "127.0.0.1\n");
	put("/sys/class/iscsi_connection/connection1:0/persistent_port", "3260\n");
}

static json_t *all_well(void)
{
	json_t *report = json_pack("{s:s, s:s, s:[{s:s,s:s,s:s}, {s:s,s:s,s:s}, {s:s,s:s,s:s}, {s:s,s:s,s:s},"
		"{s:s,s:s,s:s}]}", "state", "ok", "configuration", "c", "items",
		"kind", "iscsi", "name", IQN, "state", "ok", "kind", "pool", "name", "disks", "state", "ok",
		"kind", "pool", "name", "group", "state", "ok", "kind", "nfs", "name", "nas:/export",
		"state", "ok", "kind", "pool", "name", "images", "state", "ok");

	assert_non_null(report);
	return report;
}

static const char *reason(const json_t *report, const char *kind, const char *name)
{
	const char *text = json_string_value(json_object_get(storage_report_find(report, kind, name), "reason"));

	return text ? text : "";
}

static const struct watched *pool_memory(const struct watch *watch, const char *name)
{
	for (size_t i = 0; i < watch->count; i++)
		if (streq(watch->items[i].kind, "pool") && streq(watch->items[i].name, name))
			return &watch->items[i];
	fail();
	return NULL;
}

struct fixture {
	struct host host;
	struct storage_plan plan;
	struct watch watch;
	json_t *report;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	autoproblems struct problems problems = { 0 };

	if (make_root(NULL) < 0)
		return -1;
	if (host_read_kickstart(KICKSTART, strlen(KICKSTART), "test", &f->host, &problems) < 0)
		problems_print(&problems, stderr, "");
	put("/sys/class/dmi/id/product_uuid", "8F3D2C1B-0A9E-4D7C-B6A5-948372615F40\n");
	put("/run/roost/timeline", "");
	f->watch = (struct watch){ .root = root, .uri = "test:///default", .asked_ms = INT64_MAX };
	storage_plan_make(root, f->watch.uri, &f->host, &f->plan);
	f->report = all_well();
	*state = f;
	return f->plan.pools_count == 3 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < f->watch.count; i++)
		free(f->watch.items[i].name);
	free(f->watch.items);
	json_decref(f->report);
	storage_plan_done(&f->plan);
	host_done(&f->host);
	free(f);
	return remove_root(NULL);
}

static enum apply_wish look(struct fixture *f)
{
	return watch_pools(&f->watch, &f->plan, f->report);
}

/* Told at the first look without a session, stopped at the second, brought back at the first with one. */
static void session_goes_and_comes(void **state)
{
	struct fixture *f = *state;

	put_session("LOGGED_IN\n");
	assert_int_equal(look(f), APPLY_NOT);
	assert_true(storage_report_is_ok(f->report, "pool", "disks"));
	assert_true(pool_memory(&f->watch, "disks")->was_running);

	put_session("FAILED\n");
	assert_int_equal(look(f), APPLY_NOT); /* the initiator keeps trying, there is nothing to apply */
	assert_non_null(strstr(reason(f->report, "iscsi", IQN), "1 of 1 paths: 127.0.0.1:3260: the session is lost"));
	assert_string_equal(reason(f->report, "pool", "disks"), "waits for iscsi " IQN);
	assert_string_equal(reason(f->report, "pool", "group"), "waits for iscsi " IQN);
	assert_true(storage_report_is_ok(f->report, "pool", "images"));
	assert_true(pool_memory(&f->watch, "disks")->was_running);
	look(f);
	assert_false(pool_memory(&f->watch, "disks")->was_running);
	assert_true(pool_memory(&f->watch, "group")->was_running); /* LVM would read what is away */

	put_session("LOGGED_IN\n");
	assert_int_equal(look(f), APPLY_NOW);
}

/* The sessions are in the report, and writing them anew is no news. */
static void sessions_are_told(void **state)
{
	struct fixture *f = *state;
	autofree char *path = path_in_root(root, STORAGE_REPORT_PATH), *text = NULL;
	json_t *sessions;

	put_session(NULL);
	look(f);
	sessions = json_object_get(storage_report_find(f->report, "iscsi", IQN), "sessions");
	text = json_line(sessions);
	assert_string_equal(text, "[{\"portal\":\"127.0.0.1:3260\",\"state\":\"none\"}]");
	assert_true(path_exists(path));
}

/* Of a target with several paths the maps, too. */
static void maps_are_told(void **state)
{
	struct fixture *f = *state;
	struct target_plan *target = &f->plan.targets[0];
	const json_t *item = storage_report_find(f->report, "iscsi", IQN);

	put_session("LOGGED_IN\n");
	look(f);
	assert_null(json_object_get(item, "maps"));
	target->target.is_joined = true;
	put("run/roost/multipath", IQN " 127.0.0.1 3260\n" IQN " 127.0.0.2 3260\n");
	put("sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:1/block/sda/size", "131072\n");
	put("sys/class/block/sda/device/state", "running\n");
	put("sys/class/block/sda/holders/dm-0/dev", "254:0\n");
	put("sys/class/block/dm-0/dm/uuid", "mpath-" IQN "-lun-1\n");
	put("sys/class/block/dm-0/dm/name", IQN "-lun-1\n");
	look(f);
	assert_int_equal(json_array_size(json_object_get(item, "maps")), 1);
}

/* Where a process hangs already, no other is sent after it. */
static void nobody_asks_twice(void **state)
{
	struct fixture *f = *state;
	const bool held[] = { false, false, true };
	struct pool_look *looks;

	put("/proc/self/mountinfo", "36 25 0:50 / /images rw shared:1 - nfs4 nas:/export rw,vers=4.1\n");
	looks = looks_take(root, &f->plan, held);
	assert_int_equal(looks[2].state, LOOK_SILENT);
	assert_non_null(strstr(looks[2].reason, "hangs in the kernel"));
	looks_free(looks, f->plan.pools_count);
	looks = looks_take(root, &f->plan, NULL);
	assert_int_equal(looks[2].state, LOOK_UNKNOWN);
	looks_free(looks, f->plan.pools_count);
}

/* A child that hangs in the kernel has the lock's descriptor, and must not have the lock. */
static void children_hold_no_lock(void **state)
{
	int lock = storage_state_lock(root, 0), other;
	pid_t child;

	(void)state;
	assert_true(lock >= 0);
	assert_int_equal(storage_state_lock(root, 0), -1);
	assert_int_equal(storage_state_lock(root, 1), -1);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	storage_state_unlock(lock);
	other = storage_state_lock(root, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_true(other >= 0);
	storage_state_unlock(other);
}

static long long count(const json_t *summary, const char *state)
{
	return json_integer_value(json_object_get(json_object_get(summary, "counts"), state));
}

/* However much there is to tell, what is not well is told, and the whole is small. */
static void summary_is_bounded(void **state)
{
	autofree char *long_text = xmalloc(5001);
	autojson json_t *report = json_pack("{s:s, s:s, s:[]}", "state", "degraded", "configuration", "c", "items");
	autojson json_t *summary = NULL;
	autofree char *line = NULL;
	const json_t *first;

	(void)state;
	memset(long_text, 'x', 5000);
	long_text[5000] = '\0';
	for (int i = 0; i < 500; i++)
		json_array_append_new(json_object_get(report, "items"), json_pack(
			"{s:s, s:s, s:s, s:s, s:i, s:s}", "kind", "pool", "name", long_text, "state",
			i == 499 ? "failed" : i == 498 ? "degraded" : "ok", "reason", long_text, "volumes", i,
			"stranger", long_text));
	summary = storage_summary(report, "c");
	first = json_array_get(json_object_get(summary, "items"), 0);
	assert_int_equal(json_integer_value(json_object_get(first, "volumes")), 498);
	assert_null(json_object_get(first, "stranger"));
	assert_int_equal(json_array_size(json_object_get(summary, "items")), SUMMARY_ITEMS_MAX);
	assert_int_equal(json_integer_value(json_object_get(summary, "left_out")), 500 - SUMMARY_ITEMS_MAX);
	assert_int_equal(count(summary, "ok"), 498);
	assert_int_equal(count(summary, "degraded"), 1);
	assert_int_equal(count(summary, "failed"), 1);
	line = json_line(summary);
	assert_true(strlen(line) < 256 * 1024);
}

static json_t *a_map(int number, const char *state)
{
	autofree char *name = xasprintf("map%d", number);

	return json_pack("{s:s, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}], s:s}", "name", name, "device", "dm-0",
			 "paths", "disk", "sda", "portal", "10.0.0.1:3260", "state", "up", "disk", "sdb", "portal",
			 "10.0.0.2:3260", "state", state, "stranger", "x");
}

/* Of all items together, those with a lost path first. */
static void summary_of_maps(void **state)
{
	autojson json_t *report = all_well(), *summary = NULL;
	json_t *item = storage_report_find(report, "iscsi", IQN), *maps = json_array(), *first;
	autofree char *text = NULL;

	(void)state;
	for (int i = 0; i < SUMMARY_MAPS_MAX + 5; i++)
		json_array_append_new(maps, a_map(i, i == SUMMARY_MAPS_MAX + 4 ? "lost" : "up"));
	json_object_set_new(item, "maps", maps);
	summary = storage_summary(report, "c");
	maps = json_object_get(storage_report_find(summary, "iscsi", IQN), "maps");
	assert_int_equal(json_array_size(maps), SUMMARY_MAPS_MAX);
	assert_int_equal(json_integer_value(json_object_get(summary, "maps_left_out")), 5);
	first = json_array_get(maps, 0);
	text = json_line(first);
	assert_string_equal(text, "{\"device\":\"dm-0\",\"name\":\"map68\",\"paths\":[{\"disk\":\"sda\",\"portal\":"
			    "\"10.0.0.1:3260\",\"state\":\"up\"},{\"disk\":\"sdb\",\"portal\":\"10.0.0.2:3260\","
			    "\"state\":\"lost\"}]}");
	assert_null(json_object_get(storage_report_find(summary, "pool", "disks"), "maps"));
}

/* "differs" as `roost storage status` means it: nothing is amiss, and it is of this configuration. */
static void summary_compares(void **state)
{
	const struct row {
		int line;
		const char *configuration, *degraded;
		bool is_applied, differs;
	} rows[] = {
		{ __LINE__, "c", NULL, true, false },
		{ __LINE__, "d", NULL, false, true },
		{ __LINE__, NULL, NULL, false, true },
		{ __LINE__, "c", "disks", true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autojson json_t *report = all_well(), *summary = NULL;

		if (rows[i].degraded)
			storage_report_degrade(report, "pool", rows[i].degraded, "gone");
		summary = storage_summary(report, rows[i].configuration);
		expect(&rows[i], json_is_true(json_object_get(summary, "is_applied")) == rows[i].is_applied);
		expect(&rows[i], json_is_true(json_object_get(summary, "differs")) == rows[i].differs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(session_goes_and_comes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sessions_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(maps_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_asks_twice, set_up, tear_down),
		with_root(children_hold_no_lock),
		cmocka_unit_test(summary_is_bounded),
		cmocka_unit_test(summary_of_maps),
		cmocka_unit_test(summary_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
