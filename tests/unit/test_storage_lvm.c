// SPDX-License-Identifier: MIT
/*
 * What stands between LVM and disks that are not the host's, and between a pool in use and its end.
 * PAINS 24.
 */
#include "tests/root.h"

#include "node/storage_in_use.h"
#include "node/storage_lvm.h"

static void has(const struct problems *problems, const char *wanted, unsigned line)
{
	const char *got = problems_count(problems) ? problems->items[0] : "nothing wrong";

	if (strstr(got, wanted))
		return;
	print_error("row of line %u: got '%s', wanted '%s'\n", line, got, wanted);
	fail();
}

#define D1 "/dev/disk/by-id/wwn-0x1"
#define D2 "/dev/disk/by-id/wwn-0x2"
#define ROW(device, vg, uuid, missing) \
	"{\"pv_name\":\"" device "\",\"vg_name\":\"" vg "\",\"vg_uuid\":\"" uuid \
	"\",\"vg_missing_pv_count\":\"" missing "\"}"
#define REPORT(rows) "{\"report\":[{\"pv\":[" rows "]}],\"log\":[]}"

static void reports(void **state)
{
	static const struct {
		unsigned line;
		const char *devices, *report, *problem;
	} rows[] = {
		{ __LINE__, D1, REPORT(ROW(D1, "data", "u1", "0")), "nothing wrong" },
		{ __LINE__, D1 "," D2, REPORT(ROW(D1, "data", "u1", "0") "," ROW(D2, "data", "u1", "0")),
		  "nothing wrong" },
		{ __LINE__, D1, REPORT(ROW(D1, "data", "u1", "0") "," ROW(D2, "other", "u2", "0")),
		  "nothing wrong" },
		{ __LINE__, D1, REPORT(""), D1 " is not a physical volume of LVM" },
		{ __LINE__, D1, REPORT(ROW(D2, "data", "u1", "0")), D1 " is not a physical volume" },
		{ __LINE__, D1, REPORT(ROW(D1, "", "", "")), "vgcreate data " D1 },
		{ __LINE__, D1, REPORT(ROW(D1, "other", "u2", "0") "," ROW(D2, "data", "u1", "0")),
		  D1 " is in the volume group other, not in data" },
		{ __LINE__, D1 "," D2, REPORT(ROW(D1, "data", "u1", "0")), D2 " is not a physical" },
		{ __LINE__, D1, REPORT(ROW(D1, "data", "u1", "1") "," ROW("[unknown]", "data", "u1", "1")),
		  "the volume group data is not whole: 1 of its" },
		{ __LINE__, D1, REPORT(ROW(D1, "data", "u1", "0") "," ROW(D2, "data", "u9", "0")),
		  "two volume groups are named data, on " D1 " and on " D2 },
		{ __LINE__, D1, "{}", "not understood" },
		{ __LINE__, D1, "{\"report\":[{\"pv\":[5]}]}", D1 " is not a physical" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		autostrv char **devices = lvm_devices(rows[i].devices, NULL);
		autojson json_t *report = json_loads(rows[i].report, 0, NULL);

		assert_non_null(report);
		lvm_check_report(report, &(struct lvm_group){ "data", devices }, &problems);
		has(&problems, rows[i].problem, rows[i].line);
	}
}

/* The image's filter is the one of a host without volume groups: until the configuration comes, nothing. */
static void nothing_before_the_configuration(void **state)
{
	autofree char *text = lvm_filter_text(NULL);

	(void)state;
	assert_true(file_has("overlay" LVM_FILTER_FILE, text, strlen(text)));
}

static void guests_disks(void **state)
{
	static char *const paths[] = { "/dev/vg/lv1", "/images/disk&1.img", NULL };
	static const struct {
		unsigned line;
		const char *xml;
		bool is_used;
	} rows[] = {
		{ __LINE__, "<disk type='volume'><source pool='p' volume='v'/>", true },
		{ __LINE__, "<source pool='pp' volume='p'/>", false },
		{ __LINE__, "<disk><source dev='/dev/vg/lv1' index='1'/>", true },
		{ __LINE__, "<disk><source dev='/dev/vg/lv10'/>", false },
		{ __LINE__, "<source file='/images/disk&amp;1.img'/>", true },
		{ __LINE__, "<source file='/images/sub/new.img'/>", true },
		{ __LINE__, "<source file='/imagesother/x'/>", false },
		{ __LINE__, "<source file='/a'/><backingStore><source file='/images/b'/>", true },
		{ __LINE__, "<source bridge='br0'/> dev='/dev/vg/lv1'", false },
		{ __LINE__, "<filesystem><source dir='/images/share'/>", true },
		{ __LINE__, "<title>/images/x</title>", false },
		{ __LINE__, "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pool_volumes volumes = { "p", "/images", paths };

		if (guest_uses_pool(rows[i].xml, &volumes) != rows[i].is_used) {
			print_error("row of line %u\n", rows[i].line);
			fail();
		}
	}
}

/* A LUN that a volume group stands on keeps its iSCSI pool, whose end would log the session out. */
static void holders(void **state)
{
	static char *const free_disk[] = { "/dev/roosttest1", NULL };
	static char *const both[] = { "/dev/roosttest1", "/dev/roosttest2", "/srv/file", NULL };
	autoproblems struct problems problems = { 0 };
	autofree char *none = path_in_root(root, "/sys/class/block/roosttest1/holders");

	(void)state;
	assert_int_equal(make_folders(none, 0755, NULL), 0);
	put("/sys/class/block/dm-0/dm/name", "data-web\n");
	put("/sys/class/block/roosttest2/holders/dm-0", "");
	assert_int_equal(check_no_holders(root, NULL, &problems), 0);
	assert_int_equal(check_no_holders(root, free_disk, &problems), 0);
	assert_int_equal(check_no_holders(root, both, &problems), -1);
	has(&problems, "data-web stands on /dev/roosttest2", __LINE__);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports),
		cmocka_unit_test(nothing_before_the_configuration),
		cmocka_unit_test(guests_disks),
		with_root(holders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
