// SPDX-License-Identifier: MIT
/* What is written to: a disk, or a file that holds a disk's image. */
#ifndef MEDIA_TARGET_H
#define MEDIA_TARGET_H

#include <sys/types.h>

#include "media/contents.h"
#include "media/disk.h"

struct target {
	char *path;             /* as given */
	char *name;             /* what a person types to confirm: "sdb", or a file's last part */
	bool is_disk;
	bool is_new;            /* a file that is not there yet */
	bool is_secret;         /* what will be in it is for its owner only */
	struct disk disk;       /* of a disk */
	dev_t number;           /* of a disk */
	uint64_t size_bytes;    /* now; of a file that is not there yet 0 */
	int fd;                 /* open, alone, since the target was checked; -1: a file that is new */
	bool is_direct;         /* past the page cache */
	struct contents contents; /* what is on it now */
};

struct target_wish {
	uint64_t needed_bytes;  /* 0: as large as it is */
	bool is_forced;         /* also a disk that is built in */
	bool is_read;           /* it is only compared: then it may be read-only, mounted, of any kind */
	bool is_dry;            /* not opened for writing, whatever comes */
	bool is_secret;         /* a file must not be readable by others */
	int image_fd;           /* what is written, so that it does not overwrite itself */
};

/*
 * Looks at the path, refuses it with every reason, and opens it. Nothing is changed: neither on a
 * disk nor in the file system. 0, or -1 and *ret needs no freeing.
 */
int target_open(const char *path, const struct target_wish *wish, struct target *ret,
		struct problems *problems);
/* Makes the file when it is new, and goes past the page cache where that is possible. */
int target_begin(struct target *target, struct problems *problems);
/*
 * What was written is on the medium, and what is read from now on comes from there. Call it before
 * reading back.
 */
int target_flush(struct target *target, struct problems *problems);
/* The kernel reads the new partition table. False when it keeps the old one. */
bool target_reread_table(struct target *target);
/* Whether the disk is still the one that was opened: it may have been unplugged. */
bool target_is_there(const struct target *target);
/* Removes a file that was new: half a medium is none. */
void target_discard(struct target *target);
void target_done(struct target *target);

#endif
