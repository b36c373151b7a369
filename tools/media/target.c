// SPDX-License-Identifier: MIT
/*
 * Disks and files as targets; see target.h. A disk is opened with O_EXCL, which fails when any
 * program or mount, in whichever namespace, holds it or a part of it, and which keeps others from
 * mounting it until the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/file.h"
#include "media/target.h"
#include "media/target_file.h"

#define OPEN_FLAGS (O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)

static const struct { mode_t type; const char *name; } refused_kinds[] = {
	{ S_IFDIR, "a directory" }, { S_IFCHR, "a character device" }, { S_IFIFO, "a pipe" },
	{ S_IFSOCK, "a socket" },
};

static int refuse_kind(const char *path, mode_t mode, struct problems *problems)
{
	const char *name = "something else";

	for (size_t i = 0; i < ARRAY_SIZE(refused_kinds); i++)
		if ((mode & S_IFMT) == refused_kinds[i].type)
			name = refused_kinds[i].name;
	return problem(problems, "%s: %s: expected a disk such as /dev/sdb, or a file", path, name);
}

static int problem_open(const char *path, int errnum, struct problems *problems)
{
	switch (errnum) {
	case EBUSY:
		return problem(problems, "%s: in use: another program has it open for itself, or it is "
			       "mounted in another mount namespace", path);
	case EACCES:
	case EPERM:
		return problem(problems, "%s: no permission: run this as root, or as a user who may "
			       "write to it", path);
	case EROFS:
		return problem(problems, "%s: read-only", path);
	case ENOMEDIUM:
		return problem(problems, "%s: no medium in the drive", path);
	default:
		return problem_errno(problems, errnum, "%s", path);
	}
}

/* ---- Disks --------------------------------------------------------------------------------------- */

static char *disk_name(const char *path, dev_t number, struct problems *problems)
{
	autofree char *link = xasprintf("/sys/dev/block/%u:%u", major(number), minor(number));
	autofree char *folder = realpath(link, NULL);
	autofree char *partition = folder ? path_join(folder, "partition") : NULL;

	if (!folder) {
		problem(problems, "%s: the kernel has no such disk (any more)", path);
		return NULL;
	}
	if (path_exists(partition)) {
		problem(problems, "%s: a partition: name the whole disk, /dev/%s", path,
			basename(dirname(folder)));
		return NULL;
	}
	return xstrdup(basename(folder));
}

static int open_disk(struct target *target, const char *path, const struct target_wish *wish,
		     struct problems *problems)
{
	int access = wish->is_read || wish->is_dry ? O_RDONLY : O_RDWR;
	struct stat st;

	target->fd = open(path, OPEN_FLAGS | access | (wish->is_read ? 0 : O_EXCL));
	if (target->fd < 0)
		return problem_open(target->path, errno, problems);
	if (fstat(target->fd, &st) < 0 || !S_ISBLK(st.st_mode) || st.st_rdev != target->number ||
	    ioctl(target->fd, BLKGETSIZE64, &target->size_bytes) < 0)
		return problem(problems, "%s: was exchanged while it was looked at", target->path);
	if (target->size_bytes < wish->needed_bytes)
		return problem(problems, "%s: too small: %llu bytes are needed, it has %llu",
			       target->path, (unsigned long long)wish->needed_bytes,
			       (unsigned long long)target->size_bytes);
	return 0;
}

static int open_as_disk(struct target *target, const char *path, const struct target_wish *wish,
			struct problems *problems)
{
	autofree char *name = disk_name(target->path, target->number, problems);

	if (!name || disk_read("/", name, &target->disk, problems) < 0)
		return -1;
	target->is_disk = true;
	target->name = take_ptr(name);
	if (!wish->is_read && disk_check(&target->disk, wish->needed_bytes, wish->is_forced,
					 problems) < 0)
		return -1;
	return open_disk(target, path, wish, problems);
}

/* ---- Both ---------------------------------------------------------------------------------------- */

static int open_any(struct target *target, const struct target_wish *wish, struct problems *problems)
{
	autofree char *path = realpath(target->path, NULL);
	struct stat st;

	if (!path && errno == ENOENT && !wish->is_read)
		return target_file_check_new(target, wish, problems);
	if (!path || stat(path, &st) < 0)
		return problem_errno(problems, errno, "%s", target->path);
	if (S_ISBLK(st.st_mode)) {
		target->number = st.st_rdev;
		return open_as_disk(target, path, wish, problems);
	}
	if (S_ISREG(st.st_mode))
		return target_file_open(target, path, wish, problems);
	return refuse_kind(target->path, st.st_mode, problems);
}

int target_open(const char *path, const struct target_wish *wish, struct target *ret,
		struct problems *problems)
{
	struct target target = { .path = xstrdup(path), .fd = -1, .is_secret = wish->is_secret };

	if (open_any(&target, wish, problems) < 0) {
		target_done(&target);
		return -1;
	}
	if (target.fd >= 0)
		contents_read(target.fd, &target.contents);
	*ret = target;
	return 0;
}

int target_begin(struct target *target, struct problems *problems)
{
	int flags;

	if (!target->is_disk)
		return target_file_begin(target, problems);
	/* A driver without direct access is written through the page cache, and flushed. */
	flags = fcntl(target->fd, F_GETFL);
	target->is_direct = flags >= 0 && fcntl(target->fd, F_SETFL, flags | O_DIRECT) == 0;
	return 0;
}

int target_flush(struct target *target, struct problems *problems)
{
	if (fsync(target->fd) < 0) {
		int errnum = errno;

		if (!target_is_there(target))
			return problem(problems, "%s: was unplugged while it was written", target->path);
		return problem_errno(problems, errnum, "%s: writing to the end", target->path);
	}
	/* Best effort, and enough: what cannot be dropped here was never cached. */
	(void)posix_fadvise(target->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (target->is_disk)
		(void)ioctl(target->fd, BLKFLSBUF, 0);
	return 0;
}

bool target_reread_table(struct target *target)
{
	return !target->is_disk || ioctl(target->fd, BLKRRPART, 0) == 0;
}

bool target_is_there(const struct target *target)
{
	autofree char *path = xasprintf("/sys/dev/block/%u:%u", major(target->number),
					minor(target->number));

	return !target->is_disk || path_exists(path);
}

void target_discard(struct target *target)
{
	if (target->is_new && target->fd >= 0)
		unlink(target->path);
}

void target_done(struct target *target)
{
	cleanup_close(&target->fd);
	free(target->path);
	free(target->name);
	disk_done(&target->disk);
	contents_done(&target->contents);
	*target = (struct target){ .fd = -1 };
}
