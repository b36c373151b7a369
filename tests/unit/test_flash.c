// SPDX-License-Identifier: MIT
/* roost-flash's tables and rules: the image's header, the partition table, which disks, whose consent. */
#include <endian.h>

#include "tests/expect.h"

#include "media/confirm.h"
#include "media/iso.h"
#include "media/mbr.h"

#define MIB (1024 * 1024)

static void put32(unsigned char *p, uint32_t n)
{
	n = htole32(n);
	memcpy(p, &n, sizeof(n));
}

static void put_entry(unsigned char *sector, size_t index, unsigned type, uint32_t start, uint32_t size)
{
	unsigned char *entry = sector + MBR_TABLE + index * MBR_ENTRY_BYTES;

	entry[4] = (unsigned char)type;
	put32(entry + 8, start);
	put32(entry + 12, size);
	sector[510] = 0x55;
	sector[511] = 0xaa;
}

/* ---- The image's header -------------------------------------------------------------------------- */

static void make_header(unsigned char *data, const char *label, uint32_t blocks)
{
	unsigned char *pvd = data + 16 * ISO_BLOCK_BYTES;

	memset(data, 0, ISO_HEADER_BYTES);
	memcpy(pvd, "\1CD001\1", 7);
	memset(pvd + 40, ' ', 32);
	memcpy(pvd + 40, label, strlen(label));
	put32(pvd + 80, blocks);
	pvd[129] = 0x08; /* 2048 */
}

static void test_iso_header(void **state)
{
	static const struct {
		int line;
		const char *label;
		uint32_t blocks;
		struct mbr_entry partition;
		const char *read_label;
		uint64_t size_bytes;
		bool is_disk;
	} rows[] = {
		{ __LINE__, "ROOST", 1000, { 0 }, "ROOST", 2048000, false },
		{ __LINE__, "ROOST", 1000, { 0x17, 0, 4000 }, "ROOST", 2048000, true },
		/* A partition behind the file system counts. */
		{ __LINE__, "ROOST", 1000, { 0xef, 4000, 2048 }, "ROOST", 6048 * 512, true },
		{ __LINE__, "ROOST", UINT32_MAX, { 0x17, UINT32_MAX, UINT32_MAX }, "ROOST",
		  (uint64_t)UINT32_MAX * 2048, true },
		/* A GPT is no table that a partition can be added to. */
		{ __LINE__, "ROOST", 1000, { 0xee, 1, UINT32_MAX }, "ROOST", 2048000, false },
		{ __LINE__, "A\033[2JB", 1, { 0 }, "A?[2JB", 2048, false },
		{ __LINE__, "12345678901234567890123456789012", 1, { 0 },
		  "12345678901234567890123456789012", 2048, false },
	};
	unsigned char data[ISO_HEADER_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct iso_header header;

		make_header(data, rows[i].label, rows[i].blocks);
		if (rows[i].partition.type)
			put_entry(data, 3, rows[i].partition.type, rows[i].partition.start_sectors,
				  rows[i].partition.size_sectors);
		expect(&rows[i], iso_read_header(data, sizeof(data), "x", &header, NULL) == 0);
		expect(&rows[i], streq(header.label, rows[i].read_label));
		expect(&rows[i], header.size_bytes == rows[i].size_bytes);
		expect(&rows[i], header.is_disk == rows[i].is_disk);
	}
}

static void test_iso_header_refused(void **state)
{
	static const struct { int line; size_t offset; unsigned char value; size_t len; } rows[] = {
		{ __LINE__, 0, 0, ISO_HEADER_BYTES - 1 },
		{ __LINE__, 0, 0, 0 },
		{ __LINE__, 32768, 2, ISO_HEADER_BYTES },  /* another descriptor */
		{ __LINE__, 32769, 'X', ISO_HEADER_BYTES },
		{ __LINE__, 32774, 2, ISO_HEADER_BYTES },  /* another version */
		{ __LINE__, 32768 + 129, 2, ISO_HEADER_BYTES }, /* blocks of 512 bytes */
	};
	unsigned char data[ISO_HEADER_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct iso_header header;

		make_header(data, "ROOST", 1000);
		data[rows[i].offset] = rows[i].value;
		expect(&rows[i], iso_read_header(data, rows[i].len, "x", &header, NULL) < 0);
	}
}

/* ---- The partition table ------------------------------------------------------------------------- */

static void test_mbr_add(void **state)
{
	static const struct {
		int line;
		unsigned used;          /* entries that are taken, a bit each */
		uint64_t start_bytes;
		uint64_t size_bytes;
		unsigned number;        /* 0: refused */
	} rows[] = {
		{ __LINE__, 0x3, 20 * MIB, 4 * MIB, 3 },
		{ __LINE__, 0x1, 20 * MIB, 4 * MIB, 2 },
		{ __LINE__, 0x5, 20 * MIB, 4 * MIB, 2 },
		{ __LINE__, 0x7, 20 * MIB, 4 * MIB, 4 },
		{ __LINE__, 0xf, 20 * MIB, 4 * MIB, 0 },
		{ __LINE__, 0x3, 22 * MIB, 4 * MIB, 0 }, /* beyond the end */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned char before[SECTOR_BYTES] = "boot code", sector[SECTOR_BYTES];
		struct mbr_entry entries[MBR_ENTRIES];
		unsigned number = 0;
		int r;

		before[510] = 0x55;
		before[511] = 0xaa;
		for (unsigned entry = 0; entry < MBR_ENTRIES; entry++)
			if (rows[i].used & 1u << entry)
				put_entry(before, entry, entry ? 0xef : 0x17, entry ? entry * 4096 : 0,
					  entry ? 2048 : 20000);
		memcpy(sector, before, sizeof(sector));
		r = mbr_add_partition(sector, 24 * MIB, rows[i].start_bytes, rows[i].size_bytes,
				      MBR_TYPE_FAT32_LBA, &number, NULL);
		expect(&rows[i], (r == 0) == (rows[i].number != 0));
		expect(&rows[i], number == rows[i].number);
		if (r < 0)
			continue;
		expect(&rows[i], mbr_read(sector, entries));
		expect(&rows[i], entries[number - 1].type == 0x0c);
		expect(&rows[i], entries[number - 1].start_sectors == 20 * MIB / SECTOR_BYTES);
		expect(&rows[i], entries[number - 1].size_sectors == 4 * MIB / SECTOR_BYTES);
		/* All else stays as it was. */
		memcpy(before + MBR_TABLE + (number - 1) * MBR_ENTRY_BYTES,
		       sector + MBR_TABLE + (number - 1) * MBR_ENTRY_BYTES, MBR_ENTRY_BYTES);
		expect(&rows[i], memcmp(before, sector, sizeof(sector)) == 0);
	}
}

/* ---- Which disk ---------------------------------------------------------------------------------- */

static void test_disk_check(void **state)
{
	static char *uses[] = { (char *)"sdb1 is mounted on /mnt", NULL };
	static const struct {
		int line;
		struct disk disk;
		bool is_forced;
		const char *reasons;    /* NULL: none */
	} rows[] = {
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512, .is_external = true }, false, NULL },
		{ __LINE__, { .size_bytes = 99, .sector_bytes = 512, .is_external = true }, false,
		  "sdb: too small: 100 bytes are needed, it has 99" },
		{ __LINE__, { .size_bytes = 0, .sector_bytes = 512, .is_external = true }, true,
		  "sdb: no medium in the drive" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512 }, false,
		  "sdb: not a removable or USB disk: if it is the right one, say --force" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512 }, true, NULL },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512, .is_external = true, .uses = uses },
		  true, "sdb: in use: sdb1 is mounted on /mnt" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512, .uses = uses }, false,
		  "sdb: in use: sdb1 is mounted on /mnt; sdb: not a removable or USB disk" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 512, .is_external = true,
			      .is_read_only = true }, true,
		  "sdb: read-only: some sticks and cards have a switch for that" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 4096, .is_external = true }, true,
		  "sdb: its sectors have 4096 bytes: the image's partition table is one for sectors "
		  "of 512" },
		{ __LINE__, { .size_bytes = 100, .sector_bytes = 2048, .is_external = true,
			      .is_optical = true }, true,
		  "sdb: an optical drive: burn the image with a program for that" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autoproblems struct problems problems = { 0 };
		struct disk disk = rows[i].disk;
		int r;

		disk.name = (char *)"sdb";
		r = disk_check(&disk, 100, rows[i].is_forced, &problems);
		autofree char *text = r < 0 ? problems_text(&problems) : NULL;
		expect(&rows[i], (r == 0) == (problems_count(&problems) == 0));
		expect(&rows[i], streq_null(text, rows[i].reasons));
	}
}

/* ---- Whose consent ------------------------------------------------------------------------------- */

/* Standard input is no terminal here. */
static void test_confirm(void **state)
{
	enum kind { STICK, BUILT_IN, FILE_FULL, FILE_EMPTY };
	static const struct {
		int line;
		enum kind kind;
		struct consent consent;
		bool is_given;
	} rows[] = {
		{ __LINE__, STICK, { 0 }, false },
		{ __LINE__, STICK, { true, NULL }, true },
		{ __LINE__, STICK, { true, "sdb" }, true },
		{ __LINE__, STICK, { true, "/dev/sdb" }, true },
		{ __LINE__, STICK, { true, "sdb1" }, false },
		{ __LINE__, STICK, { true, "" }, false },
		{ __LINE__, BUILT_IN, { 0 }, false },
		{ __LINE__, BUILT_IN, { true, NULL }, false },
		{ __LINE__, BUILT_IN, { true, "sda" }, false },
		{ __LINE__, BUILT_IN, { true, "sdb" }, true },
		{ __LINE__, FILE_FULL, { 0 }, false },
		{ __LINE__, FILE_FULL, { true, NULL }, true },
		{ __LINE__, FILE_EMPTY, { 0 }, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct target target = { .path = (char *)"/dev/sdb", .name = (char *)"sdb",
					 .is_disk = rows[i].kind < FILE_FULL,
					 .size_bytes = rows[i].kind == FILE_EMPTY ? 0 : 100,
					 .disk.is_external = rows[i].kind == STICK };

		expect(&rows[i], (confirm(&target, &rows[i].consent, NULL) == 0) == rows[i].is_given);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso_header),  cmocka_unit_test(test_iso_header_refused),
		cmocka_unit_test(test_mbr_add),     cmocka_unit_test(test_disk_check),
		cmocka_unit_test(test_confirm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
