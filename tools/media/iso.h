// SPDX-License-Identifier: MIT
/*
 * The image's two tables of contents: the ISO 9660 file system, and the MBR in front of it by which
 * it is a disk as well. Its files are iso_files.h's matter.
 */
#ifndef MEDIA_ISO_H
#define MEDIA_ISO_H

#include <stdint.h>

#include "common/problems.h"

#define SECTOR_BYTES 512       /* of an MBR, whatever the disk's own sector is */
#define ISO_BLOCK_BYTES 2048
#define ISO_HEADER_BYTES (17 * ISO_BLOCK_BYTES) /* up to the end of the primary volume descriptor */
#define MBR_TABLE 446          /* offset of the first entry in the boot sector */
#define MBR_ENTRIES 4
#define MBR_ENTRY_BYTES 16

struct mbr_entry {
	unsigned char type;     /* 0: the entry is free */
	uint32_t start_sectors;
	uint32_t size_sectors;
};

struct iso_header {
	char label[33];         /* trailing blanks taken away; fit to show */
	uint64_t size_bytes;    /* what the file system and the partitions need: the file is at least so large */
	bool is_disk;           /* has a boot sector and a partition, so it boots from a disk */
	struct mbr_entry partitions[MBR_ENTRIES];
};

/* The partition table in a boot sector. False when it has no boot signature. */
bool mbr_read(const unsigned char sector[SECTOR_BYTES], struct mbr_entry ret[MBR_ENTRIES]);

/* From the image's first bytes. -1 when they are no ISO 9660 file system's; `name` is for messages. */
int iso_read_header(const unsigned char *data, size_t len, const char *name,
		    struct iso_header *ret, struct problems *problems);

#endif
