// SPDX-License-Identifier: MIT
/* What a medium holds; see layout.h. */
#include <errno.h>

#include "common/digest.h"
#include "media/layout.h"
#include "media/mbr.h"

#define MIB (1024 * 1024)

static int add_site(struct layout *layout, const struct site *site, struct problems *problems)
{
	layout->site_bytes = (layout->image->size_bytes + MIB - 1) / MIB * MIB;
	layout->size_bytes = layout->site_bytes + SITE_BYTES;
	if (mbr_add_partition(layout->first_sector, layout->size_bytes, layout->site_bytes,
			      SITE_BYTES, MBR_TYPE_FAT32_LBA, &layout->site_number, problems) < 0)
		return -1;
	return site_volume(site, (uint32_t)(layout->site_bytes / SECTOR_BYTES),
			   &layout->site_volume, problems);
}

int layout_make(const struct image_file *image, const struct site *site, struct layout *ret,
		struct problems *problems)
{
	struct layout layout = { .image = image, .size_bytes = image->size_bytes };

	memcpy(layout.first_sector, image->first_sector, SECTOR_BYTES);
	if (!site_is_empty(site) && add_site(&layout, site, problems) < 0) {
		layout_done(&layout);
		return -1;
	}
	*ret = layout;
	return 0;
}

void layout_done(struct layout *layout)
{
	/* It holds the token. */
	if (layout->site_volume)
		explicit_bzero(layout->site_volume, SITE_BYTES);
	free(layout->site_volume);
	free(layout->digests);
	*layout = (struct layout){ 0 };
}

void layout_take_entries(struct layout *layout, const unsigned char sector[SECTOR_BYTES])
{
	for (size_t i = 0; i < MBR_ENTRIES; i++)
		if (!layout->image->partitions[i].type)
			memcpy(layout->first_sector + MBR_TABLE + i * MBR_ENTRY_BYTES,
			       sector + MBR_TABLE + i * MBR_ENTRY_BYTES, MBR_ENTRY_BYTES);
}

size_t layout_blocks(const struct layout *layout)
{
	return (layout->size_bytes + LAYOUT_BLOCK_BYTES - 1) / LAYOUT_BLOCK_BYTES;
}

size_t layout_block_bytes(const struct layout *layout, size_t block)
{
	uint64_t left = layout->size_bytes - (uint64_t)block * LAYOUT_BLOCK_BYTES;

	return left < LAYOUT_BLOCK_BYTES ? (size_t)left : LAYOUT_BLOCK_BYTES;
}

/* The image's part of [offset, offset + len); zeroes stand for the rest. */
static int read_image(const struct image_file *image, uint64_t offset, size_t len,
		      unsigned char *ret, struct problems *problems)
{
	size_t done = 0;

	memset(ret, 0, len);
	while (done < len && offset + done < image->size_bytes) {
		uint64_t left = image->size_bytes - offset - done;
		size_t want = left < len - done ? (size_t)left : len - done;
		ssize_t n = pread(image->fd, ret + done, want, (off_t)(offset + done));

		if (n < 0 && errno != EINTR)
			return problem_errno(problems, errno, "%s: reading", image->path);
		if (n == 0)
			return problem(problems, "%s: has become shorter", image->path);
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Copies what `from` (at from_offset on the medium) and the block have in common. */
static void overlay(unsigned char *block, uint64_t block_offset, size_t block_len,
		    const unsigned char *from, uint64_t from_offset, size_t from_len)
{
	uint64_t start = block_offset > from_offset ? block_offset : from_offset;
	uint64_t block_end = block_offset + block_len, from_end = from_offset + from_len;
	uint64_t end = block_end < from_end ? block_end : from_end;

	if (start < end)
		memcpy(block + (start - block_offset), from + (start - from_offset), end - start);
}

int layout_read(const struct layout *layout, size_t block, unsigned char *ret,
		struct problems *problems)
{
	uint64_t offset = (uint64_t)block * LAYOUT_BLOCK_BYTES;
	size_t len = layout_block_bytes(layout, block);

	if (read_image(layout->image, offset, len, ret, problems) < 0)
		return -1;
	overlay(ret, offset, len, layout->first_sector, 0, SECTOR_BYTES);
	if (layout->site_volume)
		overlay(ret, offset, len, layout->site_volume, layout->site_bytes, SITE_BYTES);
	return 0;
}

int layout_digest(struct layout *layout, struct problems *problems)
{
	autofree unsigned char *data = xmalloc(LAYOUT_BLOCK_BYTES);
	size_t count = layout_blocks(layout);

	free(layout->digests);
	layout->digests = xcalloc(count, sizeof(*layout->digests));
	for (size_t i = 0; i < count; i++) {
		autofree char *hash = NULL;

		if (layout_read(layout, i, data, problems) < 0)
			return -1;
		hash = sha256_text(data, layout_block_bytes(layout, i));
		memcpy(layout->digests[i], hash, sizeof(*layout->digests));
	}
	return 0;
}
