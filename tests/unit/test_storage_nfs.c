// SPDX-License-Identifier: MIT
/* roost-storage's NFS: unit names, mount options, the kernel's list of mounts, and whether libvirt can use a folder. */
#include <sys/stat.h>

#include "tests/expect.h"
#include "tests/root.h"

#include "node/storage_access.h"
#include "node/storage_mount.h"
#include "node/storage_mounts.h"
#include "node/storage_nfs_options.h"

/* As `systemd-escape --path --suffix=mount` prints them. */
static void unit_names(void **state)
{
	static const struct {
		int line;
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

		expect_text(&rows[i], name, rows[i].name);
	}
}

#define DEFAULTS_REST "retry=0,nosuid,nodev,noexec"

static void mount_options(void **state)
{
	static const struct {
		int line;
		const char *opts, *all;
		int port;
	} rows[] = {
		{ __LINE__, "", "vers=4.1,sec=sys,softerr,timeo=150,retrans=3," DEFAULTS_REST, 2049 },
		{ __LINE__, "hard", "vers=4.1,sec=sys,timeo=150,retrans=3," DEFAULTS_REST ",hard", 2049 },
		{ __LINE__, "nfsvers=3,port=20049",
		  "sec=sys,nolock,proto=tcp,mountproto=tcp,softerr,timeo=150,retrans=3," DEFAULTS_REST
		  ",nfsvers=3,port=20049", 20049 },
		{ __LINE__, "vers=3,lock,mountproto=udp,proto=udp",
		  "sec=sys,softerr,timeo=150,retrans=3," DEFAULTS_REST ",vers=3,lock,mountproto=udp,proto=udp",
		  2049 },
		{ __LINE__, "v4.0,nconnect=4",
		  "sec=sys,softerr,timeo=150,retrans=3," DEFAULTS_REST ",v4.0,nconnect=4", 2049 },
		{ __LINE__, "vers=4.2", "sec=sys,softerr,timeo=150,retrans=3," DEFAULTS_REST ",vers=4.2", 2049 },
		{ __LINE__, "v4.1,timeo=600,suid",
		  "sec=sys,softerr,retrans=3,retry=0,nodev,noexec,v4.1,timeo=600,suid", 2049 },
		{ __LINE__, "timeout=1",
		  "vers=4.1,sec=sys,softerr,timeo=150,retrans=3," DEFAULTS_REST ",timeout=1", 2049 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autostrv char **opts = strv_split(rows[i].opts, ",", false);
		autofree char *all = nfs_options(opts);

		expect_text(&rows[i], all, rows[i].all);
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
		int line;
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
		expect_text(&rows[i], user, rows[i].user);
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
		with_root(qemu_user),
		with_root(access_of_folders),
		cmocka_unit_test(mount_unit_escapes),
		with_root(mounts_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
