// SPDX-License-Identifier: MIT
/*
 * raid-member FILE NUMBER: writes the superblock of a two-disk RAID 1 (Linux MD, metadata 1.2: struct
 * mdp_superblock_1 of <linux/raid/md_p.h>) into a file, 4 KiB from its start, as `mdadm --create` would
 * on a kernel with MD. For a disk that looks as if its array wants to be assembled.
 */
#include <endian.h>
#include <fcntl.h>
#include <linux/raid/md_p.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFSET_SECTORS 8
#define DATA_SECTORS 2048
#define MEMBERS 2

/* calc_sb_1_csum of the kernel's drivers/md/md.c: a sum of 32-bit words, its carry added. */
static uint32_t checksum(const void *superblock, size_t size)
{
	const uint32_t *words = superblock;
	uint64_t sum = 0;

	for (size_t i = 0; i < size / sizeof(*words); i++)
		sum += le32toh(words[i]);
	return htole32((uint32_t)sum + (uint32_t)(sum >> 32));
}

int main(int argc, char **argv)
{
	union {
		struct mdp_superblock_1 fields;
		unsigned char bytes[sizeof(struct mdp_superblock_1) + 2 * MEMBERS];
	} sb = { 0 };
	int number = argc == 3 ? atoi(argv[2]) : -1;
	int fd = number >= 0 && number < MEMBERS ? open(argv[1], O_WRONLY) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		fprintf(stderr, "usage: raid-member FILE 0|1\n");
		return 100;
	}
	sb.fields.magic = htole32(MD_SB_MAGIC);
	sb.fields.major_version = htole32(1);
	memset(sb.fields.set_uuid, 0x5a, sizeof(sb.fields.set_uuid));
	snprintf(sb.fields.set_name, sizeof(sb.fields.set_name), "somebody:0");
	sb.fields.level = htole32(1);
	sb.fields.size = htole64((uint64_t)st.st_size / 512 - DATA_SECTORS);
	sb.fields.raid_disks = htole32(MEMBERS);
	sb.fields.data_offset = htole64(DATA_SECTORS);
	sb.fields.data_size = sb.fields.size;
	sb.fields.super_offset = htole64(OFFSET_SECTORS);
	sb.fields.dev_number = htole32((uint32_t)number);
	memset(sb.fields.device_uuid, 0x10 + number, sizeof(sb.fields.device_uuid));
	sb.fields.events = htole64(17);
	sb.fields.resync_offset = htole64(UINT64_MAX); /* in sync */
	sb.fields.max_dev = htole32(MEMBERS);
	for (uint16_t i = 0; i < MEMBERS; i++)
		sb.fields.dev_roles[i] = htole16(i);
	sb.fields.sb_csum = checksum(&sb, sizeof(struct mdp_superblock_1) + 2 * MEMBERS);
	if (pwrite(fd, sb.bytes, sizeof(sb.bytes), OFFSET_SECTORS * 512) != (ssize_t)sizeof(sb.bytes))
		return 111;
	return 0;
}
