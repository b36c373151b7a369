// SPDX-License-Identifier: MIT
/*
 * What a medium holds, byte by byte, when it is done:
 *
 *	boot sector   the image's, with an entry for the site's partition when there is one
 *	image         as it is
 *	nothing       zeroes up to the next MiB
 *	site's volume FAT, OEMDRV
 *
 * All of it is known before the first byte is written: the same image and files give the same medium.
 */
#ifndef MEDIA_LAYOUT_H
#define MEDIA_LAYOUT_H

#include "media/image_file.h"
#include "media/site.h"

#define LAYOUT_BLOCK_BYTES (4 * 1024 * 1024) /* written, read back and compared at once */

struct layout {
	const struct image_file *image; /* borrowed */
	unsigned char first_sector[SECTOR_BYTES];
	unsigned site_number;   /* of the partition; 0: none */
	uint64_t site_bytes;    /* its offset */
	unsigned char *site_volume; /* SITE_BYTES; NULL: none */
	uint64_t size_bytes;    /* of everything; a multiple of SECTOR_BYTES */
	char (*digests)[65];    /* SHA-256 of each block, when layout_digest was called */
};

/* `site` may be empty. The image must outlive the layout. */
int layout_make(const struct image_file *image, const struct site *site, struct layout *ret,
		struct problems *problems);
void layout_done(struct layout *layout);

/*
 * For comparing with a medium whose site's files are not known: what its boot sector has in entries
 * that are free in the image is taken as it is. Call layout_digest afterwards.
 */
void layout_take_entries(struct layout *layout, const unsigned char sector[SECTOR_BYTES]);

size_t layout_blocks(const struct layout *layout);
/* Bytes of a block: the last one can be shorter. */
size_t layout_block_bytes(const struct layout *layout, size_t block);
/* One block, into a buffer of LAYOUT_BLOCK_BYTES. */
int layout_read(const struct layout *layout, size_t block, unsigned char *ret,
		struct problems *problems);
/* Computes every block's digest, with which what is read back is compared. */
int layout_digest(struct layout *layout, struct problems *problems);

#endif
