// SPDX-License-Identifier: MIT
/*
 * What the image costs: files' shares of a real squashfs add up to it, a file belongs to a package and a
 * folder, and the change since a record is shown.
 */
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/expect.h"
#include "tests/root.h"

#include "common/process.h"
#include "image/size_names.h"
#include "image/size_report.h"
#include "image/size_squashfs.h"

#define BLOCK (128 * 1024)

static void put_random(const char *path, size_t len)
{
	autofree char *full = path_in_root(root, path);
	autofree char *data = xmalloc(len + 1);

	for (size_t done = 0; done < len;)
		done += getrandom(data + done, len - done, 0);
	assert_int_equal(file_write(full, 0644, data, len, NULL), 0);
}

static void put_zeros(const char *path, size_t len)
{
	autofree char *full = path_in_root(root, path);
	autofree char *data = xcalloc(1, len);

	memset(data, 'z', len);
	assert_int_equal(file_write(full, 0644, data, len, NULL), 0);
}

/* Packs root/tree into root/layer; with `how` beside mksquashfs' own arguments. */
static char *pack(const char *how)
{
	autofree char *tree = path_in_root(root, "/tree");
	char *layer = path_in_root(root, "/layer");
	const char *const argv[] = { "mksquashfs", tree, layer, "-noappend", "-quiet", "-no-progress",
		"-b", "128K", "-comp", "zstd", how, how ? "-noF" : NULL, NULL };
	const struct process process = { .argv = argv };
	struct process_result result = { 0 };

	assert_int_equal(process_run(&process, &result, NULL), 0);
	assert_int_equal(result.status, 0);
	process_result_done(&result);
	return layer;
}

static const struct size_file *find(const struct size_layer *layer, const char *path)
{
	for (size_t i = 0; i < layer->count; i++)
		if (streq(layer->files[i].path, path))
			return &layer->files[i];
	fail_msg("%s is not in the layer", path);
	return NULL;
}

static uint64_t sum(const struct size_layer *layer)
{
	uint64_t all = layer->rest;

	for (size_t i = 0; i < layer->count; i++)
		all += layer->files[i].cost;
	return all;
}

static void fill(void)
{
	autofree char *first = path_in_root(root, "/tree/usr/bin/blocks");
	autofree char *twin = path_in_root(root, "/tree/usr/bin/twin");
	autofree char *link_path = path_in_root(root, "/tree/usr/bin/zlink");

	put_random("/tree/usr/bin/blocks", 3 * BLOCK + 1000);
	put_random("/tree/usr/lib/a", 500);
	put_random("/tree/usr/lib/b", 2500);
	put("/tree/usr/lib/empty", "");
	put_random("/tree/usr/lib/exact", 2 * BLOCK);
	assert_int_equal(process_call(NULL, "cp", first, twin, NULL), 0);
	assert_int_equal(link(first, link_path), 0);
}

/* Nothing is packed, so each file costs its own bytes; what is stored once costs once. */
static const struct {
	int line;
	const char *path;
	uint64_t bytes, cost;
} plain[] = {
	{ __LINE__, "/usr/bin/blocks", 3 * BLOCK + 1000, 3 * BLOCK + 1000 },
	{ __LINE__, "/usr/bin/twin", 3 * BLOCK + 1000, 0 },
	{ __LINE__, "/usr/bin/zlink", 3 * BLOCK + 1000, 0 },
	{ __LINE__, "/usr/lib/a", 500, 500 },
	{ __LINE__, "/usr/lib/b", 2500, 2500 },
	{ __LINE__, "/usr/lib/empty", 0, 0 },
	{ __LINE__, "/usr/lib/exact", 2 * BLOCK, 2 * BLOCK },
};

static void test_plain(void **state)
{
	autofree char *path = NULL;
	struct size_layer layer;
	struct stat st;

	(void)state;
	fill();
	path = pack("-noD");
	assert_int_equal(size_layer_read(path, &layer, NULL), 0);
	assert_int_equal(layer.count, ARRAY_SIZE(plain));
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		expect(&plain[i], find(&layer, plain[i].path)->bytes == plain[i].bytes);
		expect(&plain[i], find(&layer, plain[i].path)->cost == plain[i].cost);
	}
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(layer.bytes, st.st_size);
	assert_int_equal(sum(&layer), layer.bytes);
	assert_true(layer.rest < 8192);
	size_layer_done(&layer);
}

/* Ten equal tails have equal parts of their fragment, to a byte, and none is lost. */
static void test_packed(void **state)
{
	autofree char *path = NULL;
	struct size_layer layer;
	uint64_t tails = 0;

	(void)state;
	put_zeros("/tree/zeros", 8 * BLOCK);
	for (unsigned i = 0; i < 10; i++) {
		autofree char *name = xasprintf("/tree/tail%u", i);

		put_random(name, 1003);
	}
	path = pack(NULL);
	assert_int_equal(size_layer_read(path, &layer, NULL), 0);
	assert_true(find(&layer, "/zeros")->cost > 0 && find(&layer, "/zeros")->cost < 2000);
	for (unsigned i = 0; i < 10; i++) {
		autofree char *name = xasprintf("/tail%u", i);

		assert_in_range(find(&layer, name)->cost, 1000, 1010);
		tails += find(&layer, name)->cost;
	}
	assert_in_range(tails, 10030, 10060); /* random bytes do not pack */
	assert_int_equal(sum(&layer), layer.bytes);
	size_layer_done(&layer);
}

static void test_broken(void **state)
{
	autoproblems struct problems problems = { 0 };
	autofree char *path = NULL, *missing = path_in_root(root, "/none"), *text = NULL;
	struct size_layer layer;

	(void)state;
	fill();
	path = pack(NULL);
	assert_int_equal(truncate(path, 4 * BLOCK), 0); /* the tables are at the end */
	assert_int_equal(size_layer_read(path, &layer, &problems), -1);
	assert_int_equal(size_layer_read(missing, &layer, &problems), -1);
	put("/layer", "hsqs, it says");
	assert_int_equal(size_layer_read(path, &layer, &problems), -1);
	text = problems_text(&problems);
	assert_int_equal(problems_count(&problems), 3);
	assert_non_null(strstr(text, "/layer: no squashfs that can be read"));
	assert_non_null(strstr(text, "/none: No such file"));
}

static const struct {
	int line;
	const char *path, *package, *folder;
} names[] = {
	{ __LINE__, "/usr/bin/virsh", "libvirt-clients", "/usr/bin" },
	{ __LINE__, "/usr/lib/x86_64-linux-gnu/libc.so.6", "libc6", "/usr/lib/x86_64-linux-gnu" },
	{ __LINE__, "/usr/lib/x86_64-linux-gnu/gconv/X.so", NULL, "/usr/lib/x86_64-linux-gnu" },
	{ __LINE__, "/usr/lib/os-release", NULL, "/usr/lib" },
	{ __LINE__, "/usr/lib/modules/6.1/modules.dep", NULL, "/usr/lib/modules" },
	{ __LINE__, "/usr/lib/modules/6.1/kernel/drivers/net/ethernet/intel/ice/ice.ko", "linux-image-6.1",
	  "/usr/lib/modules/*/kernel/drivers/net" },
	{ __LINE__, "/usr/lib/modules/6.1/kernel/crypto/cts.ko", "linux-image-6.1",
	  "/usr/lib/modules/*/kernel/crypto" },
	{ __LINE__, "/usr/lib/modules/6.1/kernel/crypto/cmac.ko", NULL, "/usr/lib/modules/*/kernel/crypto" },
	{ __LINE__, "/etc/ssh/moduli", "openssh-server", "/etc" },
	{ __LINE__, "/top", NULL, "/" },
};

#define STANZA(name) \
	"Package: " name "\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"

static void test_names(void **state)
{
	struct size_owners owners = { 0 };

	(void)state;
	assert_int_equal(size_owners_read(root, &owners, NULL), -1);
	put("/var/lib/dpkg/status", STANZA("libvirt-clients") STANZA("libc6") STANZA("linux-image-6.1")
	    STANZA("openssh-server") STANZA("empty") STANZA("unlisted"));
	put("/var/lib/dpkg/info/libvirt-clients.list", "/.\n/usr\n/usr/bin\n/usr/bin/virsh\n");
	/* its lists of before /lib became a link */
	put("/var/lib/dpkg/info/libc6:amd64.list", "/lib/x86_64-linux-gnu/libc.so.6\n");
	put("/var/lib/dpkg/info/linux-image-6.1.list",
	    "/usr/lib/modules/6.1/kernel/drivers/net/ethernet/intel/ice/ice.ko.xz\n"
	    "/usr/lib/modules/6.1/kernel/crypto/cts.ko\n");
	put("/var/lib/dpkg/info/openssh-server.list", "/etc/ssh/moduli\n");
	put("/var/lib/dpkg/info/empty.list", "");
	assert_int_equal(size_owners_read(root, &owners, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autofree char *folder = size_folder(names[i].path);

		expect_text(&names[i], size_owner(&owners, names[i].path), names[i].package);
		expect_text(&names[i], folder, names[i].folder);
	}
	size_owners_done(&owners);
}

static void add(struct size_report *report, enum size_kind kind, const char *name, uint64_t cost)
{
	size_add(&report->tables[kind], &(struct size_row){ .name = (char *)name, .cost = cost,
		.bytes = 4 * cost, .files = 1 });
}

static char *printed(void (*print)(const struct size_report *report, FILE *out),
		     const struct size_report *report)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	print(report, out);
	fclose(out);
	return text;
}

static char *compared(const struct size_report *report, const struct size_report *before)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	size_print(report, before, out);
	fclose(out);
	return text;
}

/* A record that was written and read again is compared with what came after it. */
static void test_report(void **state)
{
	static const char expected[] =
		"   COST kB     CHANGE  UNPACKED kB   FILES  PACKAGE\n"
		"       4.0                    16.2       2  same\n"
		"       3.0       +1.0         12.0       1  grown\n"
		"       2.5       +2.5         10.0       1  new\n"
		"       0.0       -7.0          0.0       0  gone\n"
		"       9.5       -3.5         38.2       4  in all\n";
	autosize struct size_report before = { 0 }, now = { 0 }, record = { 0 };
	autofree char *path = path_in_root(root, "/size.json"), *json = NULL, *text = NULL;

	(void)state;
	add(&before, SIZE_PACKAGES, "same", 4000);
	add(&before, SIZE_PACKAGES, "grown", 2000);
	add(&before, SIZE_PACKAGES, "gone", 7000);
	add(&now, SIZE_PACKAGES, "new", 2500);
	add(&now, SIZE_PACKAGES, "same", 1000);
	add(&now, SIZE_PACKAGES, "same", 3049);
	add(&now, SIZE_PACKAGES, "grown", 3000);
	json = printed(size_print_json, &before);
	put("/size.json", json);
	assert_int_equal(size_read(path, &record, NULL), 0);
	assert_int_equal(size_cost(&record.tables[SIZE_PACKAGES]), 13000);
	text = compared(&now, &record);
	assert_memory_equal(text, expected, sizeof(expected) - 1);
	free(text);
	text = compared(&now, NULL);
	assert_null(strstr(text, "gone"));
	assert_null(strchr(text, '+'));
}

static void test_bad_records(void **state)
{
	static const char *const records[] = {
		"", "[]", "{}", "{\"packages\": [], \"folders\": []}",
		"{\"packages\": [{\"name\": \"a\", \"cost\": -1, \"bytes\": 0, \"files\": 0}]}",
		"{\"packages\": [{\"cost\": 1, \"bytes\": 0, \"files\": 0}], \"folders\": [], \"parts\": []}",
		"{\"packages\": [1], \"folders\": [], \"parts\": []}",
	};
	autofree char *path = path_in_root(root, "/size.json");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		autoproblems struct problems problems = { 0 };
		struct size_report report;

		put("/size.json", records[i]);
		if (size_read(path, &report, &problems) == 0 || problems_count(&problems) == 0)
			fail_msg("%s was read", records[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_root(test_plain), with_root(test_packed), with_root(test_broken),
		with_root(test_names), with_root(test_report), with_root(test_bad_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
