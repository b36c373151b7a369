// SPDX-License-Identifier: MIT
/*
 * Small files from a volume that may be anything: found with libblkid, mounted read-only in a mount
 * namespace of its own, by a child process against a deadline.
 */
#ifndef NODE_VOLUME_H
#define NODE_VOLUME_H

#include "common/problems.h"

struct volume_file {
	const char *path;       /* on the volume */
	size_t max;             /* bytes; a larger file is a problem */
	char *text;             /* out: owned by the caller; NULL when there is no such file */
	size_t len;
};

enum volume_result { VOLUME_LATE = -2, VOLUME_FAILED = -1, VOLUME_READ = 0, VOLUME_ABSENT = 1 };

/*
 * `spec`: LABEL=..., UUID=..., /dev/..., or "cdrom" for the first optical drive with a medium. The
 * file system must be vfat, ext2/3/4 or iso9660. VOLUME_ABSENT adds no problem.
 * VOLUME_LATE, with a problem: it did not answer within timeout_ms, and may the next time.
 */
enum volume_result volume_read(const char *spec, struct volume_file *files, size_t count,
			       int timeout_ms, struct problems *problems);
/* The same from a folder, for tests and for volumes that are mounted already. */
enum volume_result volume_read_folder(const char *folder, struct volume_file *files, size_t count,
				      struct problems *problems);

#endif
