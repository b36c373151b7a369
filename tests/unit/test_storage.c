// SPDX-License-Identifier: MIT
/*
 * roost-storage's parts: unit names, mount options, node records, pools as XML and in libvirt's test
 * driver. PAINS 9: the initiator's name is the host's own, and the same at every boot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <sys/stat.h>
#include <libvirt/libvirt.h>

#include "common/file.h"
#include "host/read.h"
#include "node/storage.h"
#include "node/storage_access.h"
#include "node/storage_libvirt.h"
#include "node/storage_mounts.h"
#include "node/storage_nfs_options.h"
#include "node/storage_report.h"
#include "node/storage_state.h"
#include "node/storage_sysfs.h"

static char root[] = "/tmp/test_storage.XXXXXX";

static void put(const char *path, const char *text)
{
	autofree char *full = path_in_root(root, path);

	assert_int_equal(file_write_text(full, 0644, text, NULL), 0);
}

static int clean(void **state)
{
	(void)state;
	remove_tree(root, NULL);
	return make_folders(root, 0755, NULL);
}

static void equal(const char *got, const char *wanted, unsigned line)
{
	if (streq(got, wanted))
		return;
	print_error("row of line %u: got '%s', wanted '%s'\n", line, got, wanted);
	fail();
}

/* As `systemd-escape --path --suffix=mount` prints them. */
static void unit_names(void **state)
{
	static const struct {
		unsigned line;
		const char *path, *name;
	} rows[] = {
		{ __LINE__, "/var/lib/libvirt/images", "var-lib-libvirt-images.mount" },
		{ __LINE__, "/", "-.mount" },
		{ __LINE__, "/srv//a/", "srv-a.mount" },
		{ __LINE__, "/srv/a-b", "srv-a\\x2db.mount" },
		{ __LINE__, "/srv/.hidden", "srv-.hidden.mount" },
		{ __LINE__, "/.hidden", "\\x2ehidden.mount" },
		{ __LINE__, "/srv/a b_c:d", "srv-a\\x20b_c:d.mount" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *name = mount_unit_name(rows[i].path);

		equal(name, rows[i].name, rows[i].line);
	}
}

#define DEFAULTS_REST "retry=0,nosuid,nodev,noexec"

static void mount_options(void **state)
{
	static const struct {
		unsigned line;
		const char *opts, *all;
		int port;
	} rows[] = {
		{ __LINE__, "", "vers=4.1,softerr,timeo=150,retrans=3," DEFAULTS_REST, 2049 },
		{ __LINE__, "hard", "vers=4.1,timeo=150,retrans=3," DEFAULTS_REST ",hard", 2049 },
		{ __LINE__, "nfsvers=3,port=20049",
		  "nolock,proto=tcp,mountproto=tcp,softerr,timeo=150,retrans=3," DEFAULTS_REST
		  ",nfsvers=3,port=20049", 20049 },
		{ __LINE__, "vers=3,lock,mountproto=udp,proto=udp",
		  "softerr,timeo=150,retrans=3," DEFAULTS_REST ",vers=3,lock,mountproto=udp,proto=udp",
		  2049 },
		{ __LINE__, "v4.0,nconnect=4",
		  "softerr,timeo=150,retrans=3," DEFAULTS_REST ",v4.0,nconnect=4", 2049 },
		{ __LINE__, "vers=4.2", "softerr,timeo=150,retrans=3," DEFAULTS_REST ",vers=4.2", 2049 },
		{ __LINE__, "v4.1,timeo=600,suid",
		  "softerr,retrans=3,retry=0,nodev,noexec,v4.1,timeo=600,suid", 2049 },
		{ __LINE__, "timeout=1",
		  "vers=4.1,softerr,timeo=150,retrans=3," DEFAULTS_REST ",timeout=1", 2049 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autostrv char **opts = strv_split(rows[i].opts, ",", false);
		autofree char *all = nfs_options(opts);

		equal(all, rows[i].all, rows[i].line);
		assert_int_equal(nfs_port(opts), rows[i].port);
		assert_int_equal(nfs_check_options(opts, NULL), 0);
	}
}

static void refused_mount_options(void **state)
{
	static const char *const refused[] = { "bg", "retry=10000", "x-systemd.automount", "vers=2",
					       "nfsvers=5", "v4.3", "vers=" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		char *opts[] = { (char *)refused[i], NULL };

		assert_int_equal(nfs_check_options(opts, NULL), -1);
	}
}

static void read_only_mounts(void **state)
{
	static const struct {
		const char *opts;
		bool is_read_only;
	} rows[] = { { "", false }, { "ro", true }, { "vers=3,ro,rw", false }, { "rw,ro", true },
		     { "root=x", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autostrv char **opts = strv_split(rows[i].opts, ",", false);

		assert_int_equal(nfs_is_read_only(opts), rows[i].is_read_only);
	}
}

/* As libvirt reads it: a name or "+number"; the package's user when nothing is said. */
static void qemu_user(void **state)
{
	static const struct {
		unsigned line;
		const char *conf, *user;
	} rows[] = {
		{ __LINE__, "", "libvirt-qemu" },
		{ __LINE__, "#user = \"root\"\n# user = x\n", "libvirt-qemu" },
		{ __LINE__, "group = \"kvm\"\nuser = \"qemu\"\n", "qemu" },
		{ __LINE__, "user=\"+107\"\n", "107" },
		{ __LINE__, "user\n", "libvirt-qemu" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *user = NULL;

		put("etc/libvirt/qemu.conf", rows[i].conf);
		user = access_qemu_user(root);
		equal(user, rows[i].user, rows[i].line);
	}
}

/* What a server can do is in tests/net/storage-nfs.sh; here is what a folder can. */
static void access_of_folders(void **state)
{
	autofree char *folder = path_in_root(root, "pool"), *note = NULL;
	autoproblems struct problems problems = { 0 };

	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(make_folders(folder, 0755, NULL), 0);
	assert_int_equal(access_check(folder, "nobody", false, &note, &problems), 0);
	assert_null(note);
	assert_int_equal(rmdir(folder), 0); /* nothing was left there */
	assert_int_equal(make_folders(folder, 0755, NULL), 0);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(access_check(folder, "nobody", false, &note, &problems), -1);
	assert_non_null(strstr(problems.items[0], "chmod o+x"));
	assert_int_equal(access_check(folder, "nobody", true, &note, &problems), -1);
	assert_non_null(strstr(problems.items[1], "may not read the folder"));
	assert_int_equal(access_check(folder, "no such user", false, &note, &problems), -1);
	assert_non_null(strstr(problems.items[2], "qemu.conf"));
}

static void mount_unit_escapes(void **state)
{
	autofree char *source = nfs_source("2001:db8::1", "/a%b");
	autofree char *unit = mount_unit_text(source, "/srv/100%", "vers=4");

	(void)state;
	assert_non_null(strstr(unit, "\nWhat=[2001:db8::1]:/a%%b\n"));
	assert_non_null(strstr(unit, "\nWhere=/srv/100%%\n"));
	assert_non_null(strstr(unit, "\nTimeoutSec="));
}

static void initiator_name(void **state)
{
	autofree char *derived = NULL, *again = NULL, *given = NULL;
	bool is_new = false;

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
	assert_int_equal(iscsi_write_initiator(root, given, &is_new, NULL), 0);
	assert_true(is_new);
	assert_int_equal(iscsi_write_initiator(root, given, &is_new, NULL), 0);
	assert_false(is_new);
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
	assert_int_equal(iscsi_session_state(root, &first), ISCSI_SESSION_NONE);
	put_session(1, "FAILED", "10.0.0.1", "default", "sda");
	assert_int_equal(iscsi_session_state(root, &first), ISCSI_SESSION_LOST);
	assert_int_equal(iscsi_session_state(root, &second), ISCSI_SESSION_NONE);
	put_session(2, "LOGGED_IN", "fd00::2", "default", "sdc");
	assert_int_equal(iscsi_session_state(root, &first), ISCSI_SESSION_LOST);
	assert_int_equal(iscsi_session_state(root, &second), ISCSI_SESSION_UP);
	assert_int_equal(iscsi_session_state(root, &bound), ISCSI_SESSION_NONE);
	put_session(10, "LOGGED_IN", "10.0.0.1", "eth1", NULL);
	assert_int_equal(iscsi_session_state(root, &bound), ISCSI_SESSION_UP);
	assert_int_equal(iscsi_session_state(root, &first), ISCSI_SESSION_LOST);
	assert_int_equal(iscsi_session_state(root, &other), ISCSI_SESSION_NONE);
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
	xml = pool_xml(&pool_netfs, &host.pools[0], "/mnt/\"x\"");
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

/* What guests use is not pulled out, whatever kind of pool it is, and they are named. */
static void guests_hold_their_pools(void **state)
{
	static const struct {
		unsigned line;
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
		equal(pool_detach(&(struct pool_ref){ uri, "p" }, &result, &problems) < 0 ?
			      problems.items[0] : "not held",
		      rows[i].is_held ? "in use by guest web" : "not held", rows[i].line);
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

/* The kernel's escapes, other kinds of mounts, and one mount on top of another. */
static void mounts_of_the_kernel(void **state)
{
	struct seen_mounts mounts;

	(void)state;
	put("proc/self/mountinfo",
	    "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	    "36 20 0:50 / /srv/a\\040b rw,nosuid shared:1 - nfs4 nas:/old rw,vers=4.1\n"
	    "37 36 0:51 / /srv/a\\040b rw shared:1 - nfs nas:/new rw,vers=3\n");
	mounts_read(root, &mounts);
	assert_int_equal(mounts.count, 2);
	assert_string_equal(mounts_find(&mounts, "/srv/a b")->source, "nas:/new");
	assert_non_null(strstr(mounts_find(&mounts, "/srv/a b")->options, "vers=3"));
	assert_null(mounts_find(&mounts, "/"));
	mounts_done(&mounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unit_names),
		cmocka_unit_test(mount_options),
		cmocka_unit_test(refused_mount_options),
		cmocka_unit_test(read_only_mounts),
		cmocka_unit_test_setup(qemu_user, clean),
		cmocka_unit_test(report_between_applies),
		cmocka_unit_test_setup(mounts_of_the_kernel, clean),
		cmocka_unit_test_setup(access_of_folders, clean),
		cmocka_unit_test(mount_unit_escapes),
		cmocka_unit_test_setup(initiator_name, clean),
		cmocka_unit_test(record_and_secret),
		cmocka_unit_test(refused_secrets),
		cmocka_unit_test_setup(session_states, clean),
		cmocka_unit_test_setup(session_that_ends, clean),
		cmocka_unit_test(xml_is_escaped),
		cmocka_unit_test_setup(pools_in_libvirt, clean),
		cmocka_unit_test_setup(guests_hold_their_pools, clean),
		cmocka_unit_test_setup(changed_pools_are_stale, clean),
	};
	int failed;

	if (!mkdtemp(root))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_tree(root, NULL);
	return failed;
}
