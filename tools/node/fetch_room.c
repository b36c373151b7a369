// SPDX-License-Identifier: MIT
/* Free space and free memory; see fetch_room.h. */
#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <sys/statfs.h>

#include "node/fetch_room.h"
#include "node/meminfo.h"

#define MIB (1024 * 1024)
#define PROGRAMS_BYTES (24ULL * MIB)

static uint64_t mib_up(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

static int check_memory(const char *folder, uint64_t bytes, struct problems *problems)
{
	uint64_t kib;

	/* A system without the figure is not one to refuse. */
	if (meminfo_kib("/", "MemAvailable", &kib, NULL) < 0 || kib * 1024 >= bytes + PROGRAMS_BYTES)
		return 0;
	return problem(problems, "%s is in memory: the layers need %" PRIu64 " MiB, and %" PRIu64
		       " MiB are free: expected a machine with more memory", folder,
		       mib_up(bytes + PROGRAMS_BYTES), kib / 1024);
}

int fetch_room_check(const char *folder, uint64_t bytes, struct problems *problems)
{
	struct statfs fs;

	if (statfs(folder, &fs) < 0)
		return problem_errno(problems, errno, "%s", folder);
	/* A tmpfs without a limit has no blocks at all, tmpfs(5). */
	if (fs.f_blocks > 0 && (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize < bytes)
		return problem(problems, "%s: the layers need %" PRIu64 " MiB, and %" PRIu64 " MiB are "
			       "free: expected a larger file system, or more memory behind it", folder,
			       mib_up(bytes), (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize / MIB);
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return check_memory(folder, bytes, problems);
	return 0;
}
