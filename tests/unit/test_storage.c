// SPDX-License-Identifier: MIT
/* roost-storage's pools, as XML and in libvirt's test driver, and its report. */
#include <libvirt/libvirt.h>

#include "tests/expect.h"
#include "tests/root.h"

#include "host/read.h"
#include "node/storage.h"
#include "node/storage_libvirt.h"
#include "node/storage_report.h"
#include "node/storage_state.h"

static void read_host(const char *text, struct host *host)
{
	autoproblems struct problems problems = { 0 };

	if (host_read_kickstart(text, strlen(text), "test", host, &problems) == 0)
		return;
	problems_print(&problems, stderr, "");
	fail();
}

static void xml_is_escaped(void **state)
{
	autohost struct host host = { 0 };
	autofree char *xml = NULL;

	(void)state;
	read_host("pool --name=p --type=netfs --source-host=nas --source-path=\"/a'<&b\"\n", &host);
	xml = pool_xml(&pool_netfs, &host.pools[0], "/mnt/\"x\"", NULL);
	assert_non_null(strstr(xml, "<dir path='/a&apos;&lt;&amp;b'/>"));
	assert_non_null(strstr(xml, "<path>/mnt/&quot;x&quot;</path>"));
}

static void attach(const struct storage_plan *plan, const char *name)
{
	int i = tasks_find(&plan->tasks, "pool", name);
	struct task_result result = { 0 };

	assert_int_not_equal(i, TASK_NONE);
	assert_int_equal(plan->tasks.items[i].run(plan->tasks.items[i].arg, &result, NULL), 0);
	assert_non_null(strstr(result.note, "volumes"));
	free(result.note);
}

/* Its task's problem; owned by the caller. */
static char *attach_fails(const struct storage_plan *plan, const char *name)
{
	autoproblems struct problems problems = { 0 };
	int i = tasks_find(&plan->tasks, "pool", name);
	struct task_result result = { 0 };

	assert_int_not_equal(i, TASK_NONE);
	assert_int_equal(plan->tasks.items[i].run(plan->tasks.items[i].arg, &result, &problems), -1);
	return problems_text(&problems);
}

/* Twice the same changes nothing; a pool that left the configuration goes; what stays is left alone. */
static void pools_in_libvirt(void **state)
{
	const char *uri = "test:///default";
	virConnectPtr keep = virConnectOpen(uri);
	autohost struct host host = { 0 }, smaller = { 0 };
	struct storage_plan plan, next;
	struct stale_pools stale;
	struct task_result result = { 0 };

	(void)state;
	assert_non_null(keep);
	read_host("pool --name=one --type=dir --target=/one\npool --name=two --type=dir --target=/two\n",
		  &host);
	storage_plan_make(root, uri, &host, &plan);
	for (int i = 0; i < 2; i++) {
		attach(&plan, "one");
		attach(&plan, "two");
	}
	assert_int_equal(virConnectNumOfStoragePools(keep), 3); /* the driver has one of its own */
	assert_int_equal(storage_state_add(root, &plan.pools[0], NULL), 0);
	assert_int_equal(storage_state_add(root, &plan.pools[1], NULL), 0);

	read_host("pool --name=two --type=dir --target=/two\n", &smaller);
	storage_plan_make(root, uri, &smaller, &next);
	storage_state_stale(root, &next, uri, &stale);
	assert_int_equal(stale.count, 1);
	assert_string_equal(stale.items[0].name, "one");
	assert_int_equal(pool_detach(&stale.items[0].ref, &result, NULL), 0);
	assert_int_equal(pool_detach(&stale.items[0].ref, &result, NULL), 0);
	assert_int_equal(storage_state_forget(root, &stale.items[0], NULL), 0);
	assert_int_equal(virConnectNumOfStoragePools(keep), 2);
	stale_pools_done(&stale);
	storage_state_stale(root, &next, uri, &stale);
	assert_int_equal(stale.count, 0);
	stale_pools_done(&stale);
	storage_plan_done(&plan);
	storage_plan_done(&next);
	virConnectClose(keep);
}

/* A changed pool is stale; a changed mount option too, although its XML is the same. */
static void changed_pools_are_stale(void **state)
{
	autohost struct host before = { 0 }, after = { 0 };
	struct storage_plan plan, next;
	struct stale_pools stale;

	(void)state;
	read_host("pool --name=p --type=netfs --source-host=nas --source-path=/a\n", &before);
	read_host("pool --name=p --type=netfs --source-host=nas --source-path=/a --opts=hard\n", &after);
	storage_plan_make(root, "test:///default", &before, &plan);
	assert_int_equal(storage_state_add(root, &plan.pools[0], NULL), 0);
	storage_plan_make(root, "test:///default", &after, &next);
	storage_state_stale(root, &next, "test:///default", &stale);
	assert_int_equal(stale.count, 1);
	assert_string_equal(stale.items[0].unit_name, "var-lib-libvirt-pools-p.mount");
	storage_plan_hold(&next, "p", "in use by guest g");
	storage_plan_hold(&next, "gone", "in use by guest g");
	assert_true(next.pools[0].is_held);
	assert_int_not_equal(tasks_find(&next.tasks, "pool", "gone"), TASK_NONE);
	stale_pools_done(&stale);
	storage_plan_done(&plan);
	storage_plan_done(&next);
}

/* What is unmounted some day must be what is mounted now, not what will be. */
static void held_pools_keep_their_unit(void **state)
{
	autofree char *path = path_in_root(root, "/run/systemd/system/var-lib-libvirt-pools-p.mount");
	autofree char *text = NULL, *reason = NULL;
	autohost struct host before = { 0 }, after = { 0 };
	struct storage_plan plan, next;
	struct storage_changes changes;
	size_t len;

	(void)state;
	read_host("pool --name=p --type=netfs --source-host=nas --source-path=/a\n", &before);
	read_host("pool --name=p --type=netfs --source-host=nas --source-path=/a --opts=hard\n", &after);
	storage_plan_make(root, "test:///default", &before, &plan);
	assert_int_equal(storage_plan_write(root, &plan, &changes, NULL), 0);
	assert_int_equal(file_read(path, 4096, &text, &len, NULL), 0);
	storage_plan_make(root, "test:///default", &after, &next);
	storage_plan_hold(&next, "p", "in use by guest g");
	assert_int_equal(storage_plan_write(root, &next, &changes, NULL), 0);
	assert_false(changes.units);
	assert_true(file_has(path, text, len));
	reason = attach_fails(&next, "p");
	assert_string_equal(reason, "is to be replaced, but in use by guest g");
	next.pools[0].is_held = false; /* the guest has ended */
	assert_int_equal(storage_plan_write(root, &next, &changes, NULL), 0);
	assert_true(changes.units);
	assert_false(file_has(path, text, len));
	storage_plan_done(&plan);
	storage_plan_done(&next);
}

/* A pool is what it was until a discovery has told whether its target has several paths. */
static void undecided_pools_stay(void **state)
{
	const char *found = "run/roost/discovered/10.0.0.1,3260", *target = "iqn.2026-11.example.test:d1";
	autofree char *two = xasprintf("10.0.0.1:3260,1 %s\n10.0.0.2:3260,1 %s\n", target, target);
	autofree char *one = xasprintf("10.0.0.1:3260,1 %s\n", target);
	autohost struct host host = { 0 };
	struct storage_plan plan, next;
	struct stale_pools stale;

	(void)state;
	put("sys/class/dmi/id/product_uuid", "8f3d2c1b-0a9e-4d7c-b6a5-948372615f40\n");
	read_host("iscsi --ipaddr=10.0.0.1\n"
		  "pool --name=p --type=iscsi --source-host=10.0.0.1 --source-dev=iqn.2026-11.example.test:d1\n", &host);
	storage_plan_make(root, "test:///default", &host, &plan);
	assert_true(plan.pools[0].is_undecided);
	assert_false(storage_plan_is_joined(&plan, target));
	assert_false(storage_plan_is_outdated(root, &plan));
	put(found, two);
	assert_true(storage_plan_is_outdated(root, &plan));
	storage_plan_make(root, "test:///default", &host, &next);
	assert_false(storage_plan_is_outdated(root, &next));
	assert_false(next.pools[0].is_undecided);
	assert_true(storage_plan_is_joined(&next, target));
	assert_string_equal(next.pools[0].type->name, "dir");
	assert_int_equal(storage_state_add(root, &next.pools[0], NULL), 0);
	storage_state_stale(root, &plan, "test:///default", &stale);
	assert_int_equal(stale.count, 0);
	storage_plan_done(&plan);
	put(found, one);
	assert_true(storage_plan_is_outdated(root, &next));
	storage_plan_make(root, "test:///default", &host, &plan);
	storage_state_stale(root, &plan, "test:///default", &stale);
	assert_int_equal(stale.count, 1);
	stale_pools_done(&stale);
	storage_plan_done(&plan);
	storage_plan_done(&next);
}

/* What guests use is not pulled out, whatever kind of pool it is, and they are named. */
static void guests_hold_their_pools(void **state)
{
	static const struct {
		int line;
		const char *pool, *source;
		bool is_held;
	} rows[] = {
		{ __LINE__, "--type=dir --target=/held", "file='/held/deep/x.img'", true },
		{ __LINE__, "--type=dir --target=/held", "file='/other/x.img'", false },
		{ __LINE__, "--type=netfs --source-host=nas --source-path=/e --target=/held",
		  "file='/held/x.img'", true },
		{ __LINE__, "--type=netfs --source-host=nas --source-path=/e --target=/held",
		  "file='/heldother/x.img'", false },
		{ __LINE__, "--type=logical --source-name=vg --source-dev=/dev/disk/by-id/wwn-0x1",
		  "dev='/dev/vg/web'", true },
		{ __LINE__, "--type=logical --source-name=vg --source-dev=/dev/disk/by-id/wwn-0x1",
		  "dev='/dev/vgother/web'", false },
		/* Others' disks are in its folder, too. */
		{ __LINE__, "--type=iscsi --source-host=san --source-dev=iqn.2026-11.example.test:d1",
		  "dev='/dev/disk/by-path/pci-0000:00:1f.2-ata-1'", false },
	};
	const char *uri = "test:///default";
	virConnectPtr keep = virConnectOpen(uri);

	(void)state;
	assert_non_null(keep);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *ks = xasprintf("pool --name=p %s\n", rows[i].pool);
		autofree char *xml = xasprintf(
			"<domain type='test'><name>web</name><memory>1024</memory><os><type>hvm</type></os>"
			"<devices><disk type='%s'><source %s/><target dev='vda'/></disk></devices></domain>",
			str_after(rows[i].source, "dev") ? "block" : "file", rows[i].source);
		autoproblems struct problems problems = { 0 };
		autohost struct host host = { 0 };
		struct task_result result = { 0 };
		struct storage_plan plan;
		virDomainPtr guest;

		read_host(ks, &host);
		storage_plan_make(root, uri, &host, &plan);
		attach(&plan, "p");
		guest = virDomainCreateXML(keep, xml, 0);
		assert_non_null(guest);
		expect_text(&rows[i], pool_detach(&(struct pool_ref){ uri, "p" }, &result, &problems) < 0 ?
				      problems.items[0] : "not held",
			    rows[i].is_held ? "in use by guest web" : "not held");
		virDomainDestroy(guest);
		virDomainFree(guest);
		assert_int_equal(pool_detach(&(struct pool_ref){ uri, "p" }, &result, NULL), 0);
		storage_plan_done(&plan);
	}
	virConnectClose(keep);
}

/* What the watch does to a report: nothing that is not there appears, and no news is no news. */
static void report_between_applies(void **state)
{
	struct task tasks[] = {
		{ .kind = "nfs", .name = (char *)"nas:/a", .result = { .volumes = -1 } },
		{ .kind = "pool", .name = (char *)"a", .result = { .note = (char *)"1 volume", .volumes = 1 } },
	};
	const struct tasks list = { tasks, ARRAY_SIZE(tasks) };
	const struct pool_look look = { .latency_ms = 7, .free_bytes = -1, .size_bytes = 5 };
	autojson json_t *report = storage_report_make(&list, "c");

	(void)state;
	assert_true(storage_report_is_ok(report, "nfs", "nas:/a"));
	assert_false(storage_report_is_ok(report, "nfs", "nas:/b"));
	assert_false(storage_report_degrade(report, "nfs", "nas:/b", "gone"));
	storage_report_figures(report, "nas:/a", &look);
	storage_report_figures(report, "nas:/b", &look);
	assert_true(storage_report_has(report, &tasks[0])); /* figures are no news */
	assert_true(storage_report_degrade(report, "nfs", "nas:/a", "gone"));
	assert_false(storage_report_degrade(report, "nfs", "nas:/a", "gone"));
	assert_true(storage_report_degrade(report, "nfs", "nas:/a", "stale"));
	assert_false(storage_report_is_ok(report, "nfs", "nas:/a"));
	assert_string_equal(json_string_value(json_object_get(report, "state")), "degraded");
	assert_false(storage_report_volumes(report, "a", 1, "1 volume"));
	assert_true(storage_report_volumes(report, "a", 2, "2 volumes"));
	assert_int_equal(json_array_size(json_object_get(report, "items")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml_is_escaped),
		with_root(pools_in_libvirt),
		with_root(changed_pools_are_stale),
		with_root(held_pools_keep_their_unit),
		with_root(undecided_pools_stay),
		with_root(guests_hold_their_pools),
		cmocka_unit_test(report_between_applies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
