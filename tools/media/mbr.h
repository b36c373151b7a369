// SPDX-License-Identifier: MIT
/* Adding a partition to the image's MBR, with libfdisk, without touching any disk. */
#ifndef MEDIA_MBR_H
#define MEDIA_MBR_H

#include "media/iso.h"

#define MBR_TYPE_FAT32_LBA 0x0c

/*
 * Changes the boot sector of a disk of disk_bytes: the first free primary entry becomes this
 * partition, all else stays as it is. Offsets are multiples of SECTOR_BYTES. *ret_number is 1 to 4.
 */
int mbr_add_partition(unsigned char sector[SECTOR_BYTES], uint64_t disk_bytes,
		      uint64_t start_bytes, uint64_t size_bytes, unsigned type,
		      unsigned *ret_number, struct problems *problems);

#endif
