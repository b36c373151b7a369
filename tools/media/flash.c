// SPDX-License-Identifier: MIT
/*
 * Writing and reading back; see flash.h. Disks are written past the page cache, so that progress is
 * the medium's and what is read back comes from it; where that cannot be, what was written is flushed
 * every few blocks, and dropped from the cache before it is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/signalfd.h>

#include "common/clock.h"
#include "common/digest.h"
#include "media/flash.h"

#define ALIGNMENT 4096          /* of buffers: enough for direct access to any disk */
#define FLUSH_EVERY_BLOCKS 4
#define END_BYTES (1024 * 1024) /* of a disk: where a GPT's copy, RAID and ZFS keep their mark */

/* ---- Reasons ------------------------------------------------------------------------------------- */

static int problem_io(const struct flash *flash, const char *doing, uint64_t offset, int errnum,
		      struct problems *problems)
{
	const char *name = flash->target->path;
	unsigned long long byte = offset;

	if (!target_is_there(flash->target))
		return problem(problems, "%s: was unplugged while byte %llu was %s", name, byte, doing);
	if (!flash->target->is_disk && (errnum == ENOSPC || errnum == EDQUOT))
		return problem(problems, "%s: the file system is full: stopped at byte %llu", name, byte);
	if (errnum == EFBIG)
		return problem(problems, "%s: stopped at byte %llu: files may not be larger here "
			       "(ulimit -f)", name, byte);
	return problem(problems, "%s: %s at byte %llu failed: %s: it was unplugged, or is broken", name,
		       streq(doing, "written") ? "writing" : "reading", byte, strerror(errnum));
}

static bool is_interrupted(struct flash *flash)
{
	struct signalfd_siginfo info;

	if (flash->signals >= 0 && read(flash->signals, &info, sizeof(info)) == sizeof(info))
		flash->signal = (int)info.ssi_signo;
	return flash->signal != 0;
}

/* ---- Blocks -------------------------------------------------------------------------------------- */

static int write_bytes(const struct flash *flash, const unsigned char *data, size_t len,
		       uint64_t offset, struct problems *problems)
{
	while (len > 0) {
		ssize_t n = pwrite(flash->target->fd, data, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return problem_io(flash, "written", offset, n < 0 ? errno : EIO, problems);
		data += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static int read_bytes(const struct flash *flash, unsigned char *data, size_t len, uint64_t offset,
		      struct problems *problems)
{
	while (len > 0) {
		ssize_t n = pread(flash->target->fd, data, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return problem_io(flash, "read", offset, n < 0 ? errno : EIO, problems);
		data += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static int write_block(const struct flash *flash, size_t block, unsigned char *buffer,
		       struct problems *problems)
{
	if (layout_read(flash->layout, block, buffer, problems) < 0)
		return -1;
	return write_bytes(flash, buffer, layout_block_bytes(flash->layout, block),
			   (uint64_t)block * LAYOUT_BLOCK_BYTES, problems);
}

/* Names the first byte that is not as it should be. */
static int problem_differs(const struct flash *flash, size_t block, const unsigned char *is,
			   struct problems *problems)
{
	autofree unsigned char *should = xmalloc(LAYOUT_BLOCK_BYTES);
	size_t len = layout_block_bytes(flash->layout, block), i = 0;

	if (layout_read(flash->layout, block, should, problems) < 0)
		return -1;
	while (i < len && is[i] == should[i])
		i++;
	if (i == len)
		return problem(problems, "%s: was changed meanwhile", flash->layout->image->path);
	return problem(problems, "%s: differs from the image at byte %llu: expected 0x%02x, read 0x%02x",
		       flash->target->path,
		       (unsigned long long)block * LAYOUT_BLOCK_BYTES + i, should[i], is[i]);
}

static int compare_block(const struct flash *flash, size_t block, unsigned char *buffer,
			 struct problems *problems)
{
	size_t len = layout_block_bytes(flash->layout, block);
	autofree char *hash = NULL;

	if (read_bytes(flash, buffer, len, (uint64_t)block * LAYOUT_BLOCK_BYTES, problems) < 0)
		return -1;
	hash = sha256_text(buffer, len);
	return streq(hash, flash->layout->digests[block]) ? 0 :
	       problem_differs(flash, block, buffer, problems);
}

typedef int (*block_function)(const struct flash *flash, size_t block, unsigned char *buffer,
			      struct problems *problems);

/* Blocks from `first` on, with progress, until one fails or a signal comes. */
static int each_block(struct flash *flash, const char *stage, size_t first, block_function function,
		      bool is_flushed, struct problems *problems)
{
	autofree unsigned char *buffer = aligned_alloc(ALIGNMENT, LAYOUT_BLOCK_BYTES);
	size_t count = layout_blocks(flash->layout);
	struct transfer transfer;

	if (!buffer)
		return problem_errno(problems, ENOMEM, "%s", stage);
	transfer_begin(&transfer, flash->layout->size_bytes, now_ms());
	progress_begin(flash->progress, stage);
	for (size_t i = first; i < count; i++) {
		if (is_interrupted(flash))
			return problem(problems, "interrupted");
		if (function(flash, i, buffer, problems) < 0)
			return -1;
		if (is_flushed && i % FLUSH_EVERY_BLOCKS == 0 && fdatasync(flash->target->fd) < 0)
			return problem_io(flash, "written", (uint64_t)i * LAYOUT_BLOCK_BYTES, errno,
					  problems);
		progress_transfer(flash->progress, &transfer, (uint64_t)i * LAYOUT_BLOCK_BYTES +
				  layout_block_bytes(flash->layout, i));
	}
	progress_end(flash->progress);
	return 0;
}

/* ---- Steps --------------------------------------------------------------------------------------- */

static int write_zeroes(const struct flash *flash, uint64_t offset, size_t len,
			struct problems *problems)
{
	autofree unsigned char *zeroes = aligned_alloc(ALIGNMENT, LAYOUT_BLOCK_BYTES);

	if (!zeroes)
		return problem_errno(problems, ENOMEM, "%s", flash->target->path);
	memset(zeroes, 0, LAYOUT_BLOCK_BYTES);
	return write_bytes(flash, zeroes, len, offset, problems);
}

static int empty_first_block(const struct flash *flash, struct problems *problems)
{
	return write_zeroes(flash, 0, layout_block_bytes(flash->layout, 0), problems);
}

/* Takes away what would make a larger disk look like what it was. */
static int empty_end(const struct flash *flash, struct problems *problems)
{
	uint64_t disk = flash->target->size_bytes, from = flash->layout->size_bytes;

	if (!flash->target->is_disk || disk <= from)
		return 0;
	if (disk - from > END_BYTES)
		from = disk - END_BYTES;
	return write_zeroes(flash, from, (size_t)(disk - from), problems);
}

static int write_first_block(struct flash *flash, struct problems *problems)
{
	autofree unsigned char *buffer = aligned_alloc(ALIGNMENT, LAYOUT_BLOCK_BYTES);

	if (!buffer)
		return problem_errno(problems, ENOMEM, "%s", flash->target->path);
	if (write_block(flash, 0, buffer, problems) < 0 || target_flush(flash->target, problems) < 0)
		return -1;
	return compare_block(flash, 0, buffer, problems);
}

static int write_all(struct flash *flash, struct problems *problems)
{
	bool is_flushed = !flash->target->is_direct;

	if (empty_first_block(flash, problems) < 0 || empty_end(flash, problems) < 0 ||
	    each_block(flash, "writing", 1, write_block, is_flushed, problems) < 0 ||
	    target_flush(flash->target, problems) < 0 ||
	    each_block(flash, "reading back", 1, compare_block, false, problems) < 0)
		return -1;
	return write_first_block(flash, problems);
}

int flash_write(struct flash *flash, struct problems *problems)
{
	if (target_begin(flash->target, problems) < 0)
		return -1;
	if (write_all(flash, problems) == 0)
		return 0;
	/* Should the first block be what failed, it may be there. A medium that is gone has it not. */
	(void)empty_first_block(flash, NULL);
	target_discard(flash->target);
	return problem(problems, flash->target->is_new ? "%s: was removed again" :
		       "%s: is not bootable now: what was on it is lost; write it again, or another",
		       flash->target->path);
}

int flash_compare(struct flash *flash, struct problems *problems)
{
	const struct target *target = flash->target;

	if (target->size_bytes < flash->layout->size_bytes)
		return problem(problems, "%s: has %llu bytes of the image's %llu", target->path,
			       (unsigned long long)target->size_bytes,
			       (unsigned long long)flash->layout->size_bytes);
	if (target_flush(flash->target, NULL) < 0)
		return problem(problems, "%s: cannot be read", target->path);
	return each_block(flash, "comparing", 0, compare_block, false, problems);
}
