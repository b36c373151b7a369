// SPDX-License-Identifier: MIT
/* roost.iso, opened and checked: is it an image of ours, is it whole, can it boot from a disk. */
#ifndef MEDIA_IMAGE_FILE_H
#define MEDIA_IMAGE_FILE_H

#include "media/iso.h"

#define IMAGE_LABEL "ROOST" /* of the ISO: what the node's initramfs looks for */

struct image_file {
	char *path;
	int fd;                 /* for reading */
	uint64_t size_bytes;    /* a multiple of ISO_BLOCK_BYTES */
	char *sha256;
	bool is_compared;       /* with the digest in PATH.sha256 beside it */
	char *version;          /* of Roost */
	unsigned char first_sector[SECTOR_BYTES];
	struct mbr_entry partitions[MBR_ENTRIES];
};

/* Every reason why it is none, or is broken. 0, or -1 and *ret needs no freeing. */
int image_file_open(const char *path, struct image_file *ret, struct problems *problems);
void image_file_done(struct image_file *image);

#endif
