// SPDX-License-Identifier: MIT
/* Which disks are paths of one map, and what the maps are called. PAINS 24: nobody else's disks are taken. */
#include "tests/root.h"

#include "node/storage_multipath.h"

#define TARGET "iqn.2026-01.test:d1"
#define OTHER "iqn.2026-01.test:d2"

/* A LUN over a session of the same number, as the kernel lists it. */
static void put_disk(int number, const char *target, const char *address, const char *disk, int lun,
		     const char *identity)
{
	autofree char *session = xasprintf("sys/class/iscsi_session/session%d", number);
	autofree char *connection = xasprintf("sys/class/iscsi_connection/connection%d:0", number);
	const struct {
		char *path;
		const char *text;
	} files[] = {
		{ xasprintf("%s/targetname", session), target },
		{ xasprintf("%s/state", session), "LOGGED_IN" },
		{ xasprintf("%s/persistent_address", connection), address },
		{ xasprintf("%s/persistent_port", connection), "3260" },
		{ xasprintf("%s/device/target%d:0:0/%d:0:0:%d/block/%s/size", session, number, number, lun, disk),
		  "131072" },
		{ xasprintf("sys/class/block/%s/device/scsi_device/%d:0:0:%d/power", disk, number, lun), "" },
		{ xasprintf("sys/class/block/%s/device/state", disk), "running" },
		{ xasprintf("sys/class/block/%s/device/wwid", disk), identity },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *line = xasprintf("%s\n", files[i].text);

		put(files[i].path, line);
		free(files[i].path);
	}
}

static void put_joined(void)
{
	put("run/roost/multipath", TARGET " 10.0.0.1 3260\n" TARGET " fd00::2 3261\n");
}

static void put_map(const char *map, const char *name, const char *disk)
{
	autofree char *uuid_path = xasprintf("sys/class/block/%s/dm/uuid", map);
	autofree char *name_path = xasprintf("sys/class/block/%s/dm/name", map);
	autofree char *holder = xasprintf("sys/class/block/%s/holders/%s/dev", disk, map);
	autofree char *uuid = xasprintf("mpath-%s\n", name), *line = xasprintf("%s\n", name);

	put(uuid_path, uuid);
	put(name_path, line);
	put(holder, "254:0\n");
}

static void is_called(const char *disk, const char *name, const char *fault)
{
	autofree char *reason = NULL, *found = multipath_name(root, disk, &reason);

	assert_true(streq_null(found, name));
	assert_int_equal(!reason, !fault);
	if (fault)
		assert_non_null(strstr(reason, fault));
}

static void only_joined_targets(void **state)
{
	(void)state;
	put_disk(1, TARGET, "10.0.0.1", "sda", 1, "naa.6001");
	is_called("sda", NULL, NULL);
	put_joined();
	is_called("sda", TARGET "-lun-1", NULL);
	put_disk(2, OTHER, "10.0.0.1", "sdb", 1, "naa.6001");
	is_called("sdb", NULL, NULL);
	put("sys/class/block/sdc/device/wwid", "naa.6001\n"); /* local, whatever it says it is */
	is_called("sdc", NULL, NULL);
	is_called("sda1", NULL, NULL);
	is_called("nothing", NULL, NULL);
}

static void only_the_same_disk(void **state)
{
	(void)state;
	put_joined();
	put_disk(1, TARGET, "10.0.0.1", "sda", 1, "naa.6001");
	put_disk(2, TARGET, "fd00::2", "sdb", 1, "naa.6001");
	is_called("sda", TARGET "-lun-1", NULL);
	is_called("sdb", TARGET "-lun-1", NULL);
	put_disk(3, TARGET, "10.0.0.3", "sdc", 2, "naa.6002");
	is_called("sdc", TARGET "-lun-2", NULL);
	put("sys/class/block/sdb/device/wwid", "naa.6009\n");
	is_called("sda", NULL, "different disks as LUN 1");
	is_called("sdb", NULL, "different disks as LUN 1");
	put("sys/class/block/sdb/device/wwid", "\n");
	is_called("sdb", NULL, "no serial number");
}

static void names_of_maps(void **state)
{
	autostrv char **links = NULL;
	autofree char *all = NULL;

	(void)state;
	put_disk(1, TARGET, "10.0.0.1", "sda", 1, "naa.6001");
	put_map("dm-0", TARGET "-lun-1", "sda");
	put("sys/class/block/dm-0/slaves/sda/dev", "8:0\n");
	put_map("dm-1", OTHER "-lun-1", "sdx");
	assert_null(multipath_links(root, "dm-0"));
	put_joined();
	links = multipath_links(root, "dm-0");
	all = strv_join(links, " ");
	assert_string_equal(all, "disk/by-path/ip-10.0.0.1:3260-iscsi-" TARGET "-lun-1 "
			    "disk/by-path/ip-fd00::2:3261-iscsi-" TARGET "-lun-1 "
			    "disk/by-id/wwn-0x6001 disk/by-id/scsi-36001 roost/" TARGET "/unit:0:0:1");
	assert_null(multipath_links(root, "dm-1"));
	assert_null(multipath_links(root, "sda"));
	put("sys/class/block/dm-2/dm/uuid", "LVM-0123-lun-1\n");
	assert_null(multipath_links(root, "dm-2"));
}

static void look_and_expect(const char *json, const char *faults)
{
	struct iscsi_seen_list seen;
	autostrv char **list = NULL;
	autojson json_t *maps = NULL;
	autofree char *found = NULL, *text = NULL;

	iscsi_sessions_read(root, &seen);
	maps = multipath_look(root, &seen, TARGET, &list);
	iscsi_sessions_done(&seen);
	text = json_dumps(maps, JSON_COMPACT);
	found = list ? strv_join(list, "; ") : NULL;
	assert_string_equal(text, json);
	assert_true(streq_null(found, faults));
}

#define MAP(paths) "[{\"device\":\"dm-0\",\"name\":\"" TARGET "-lun-1\",\"paths\":[" paths "]}]"
#define PATH_A(state) "{\"disk\":\"sda\",\"portal\":\"10.0.0.1:3260\",\"state\":\"" state "\"}"
#define PATH_B(state) "{\"disk\":\"sdb\",\"portal\":\"[fd00::2]:3260\",\"state\":\"" state "\"}"

static void paths_and_states(void **state)
{
	(void)state;
	put_joined();
	put_disk(1, TARGET, "10.0.0.1", "sda", 1, "naa.6001");
	put_disk(2, TARGET, "fd00::2", "sdb", 1, "naa.6001");
	put_disk(3, OTHER, "fd00::2", "sdc", 1, "naa.6001");
	put_map("dm-0", TARGET "-lun-1", "sda");
	look_and_expect(MAP(PATH_A("up")), "sdb is no path of " TARGET "-lun-1: multipathd did not take it");
	put_map("dm-0", TARGET "-lun-1", "sdb");
	look_and_expect(MAP(PATH_A("up") "," PATH_B("up")), NULL);
	put("sys/class/block/sda/device/state", "transport-offline\n");
	look_and_expect(MAP(PATH_A("lost") "," PATH_B("up")), "path sda of dm-0 over 10.0.0.1:3260 is lost");
	put("sys/class/iscsi_session/session1/state", "FAILED\n");
	look_and_expect(MAP(PATH_A("lost") "," PATH_B("up")), NULL);
}

/* Longer names than a map can have, and one path, stay as they are. */
static void what_is_joined(void **state)
{
	static const struct {
		size_t len, count;
		bool is_joined;
	} cases[] = { { 20, 1, false }, { 20, 2, true }, { 110, 2, true }, { 111, 2, false }, { 223, 8, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *name = xasprintf("%0*d", (int)cases[i].len, 0);

		assert_int_equal(multipath_joins(&(struct iscsi_target){ .name = name, .count = cases[i].count }),
				 cases[i].is_joined);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(only_joined_targets), with_root(only_the_same_disk), with_root(names_of_maps),
		with_root(paths_and_states), cmocka_unit_test(what_is_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
