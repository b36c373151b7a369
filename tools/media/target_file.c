// SPDX-License-Identifier: MIT
/* Files as targets; see target_file.h. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/file.h"
#include "media/target_file.h"

/* own_blocks: of 512 bytes, that the file has already and that are written over. */
static int check_room(struct target *target, const char *folder, uint64_t own_blocks,
		      uint64_t needed_bytes, struct problems *problems)
{
	struct statvfs fs;
	uint64_t present;

	if (statvfs(folder, &fs) < 0)
		return problem_errno(problems, errno, "%s", folder);
	present = (uint64_t)fs.f_bavail * fs.f_frsize + own_blocks * 512;
	if (present < needed_bytes)
		return problem(problems, "%s: too small: %llu bytes are needed, its file system has "
			       "%llu free", target->path, (unsigned long long)needed_bytes,
			       (unsigned long long)present);
	if (access(folder, W_OK) < 0 && own_blocks == 0)
		return problem_errno(problems, errno, "%s", folder);
	return 0;
}

int target_file_check_new(struct target *target, const struct target_wish *wish,
			  struct problems *problems)
{
	autofree char *for_folder = xstrdup(target->path), *for_name = xstrdup(target->path);
	autofree char *folder = realpath(dirname(for_folder), NULL);
	struct stat st;

	/* The stick that is not plugged in: a file there would fill the memory, and be no stick. */
	if (folder && (streq(folder, "/dev") || str_after(folder, "/dev/")) &&
	    !str_after(folder, "/dev/shm"))
		return problem(problems, "%s: no such device: is it plugged in? (see --list)",
			       target->path);
	if (!folder || stat(folder, &st) < 0)
		return problem_errno(problems, errno, "%s", target->path);
	target->is_new = true;
	target->name = xstrdup(basename(for_name));
	if (*target->name == '\0' || str_ends(target->path, "/"))
		return problem(problems, "%s: no such directory", target->path);
	return check_room(target, folder, 0, wish->needed_bytes, problems);
}

/* A loop device over the file would see it change under a mounted file system. */
static int check_loops(const struct target *target, const char *path, struct problems *problems)
{
	for (int i = 0; i < 256; i++) {
		autofree char *attribute = xasprintf("/sys/block/loop%d/loop/backing_file", i);
		autofree char *backing = file_read_line(attribute);

		if (backing && streq(backing, path))
			return problem(problems, "%s: in use: loop%d is made of it", target->path, i);
	}
	return 0;
}

static int check_swap(const struct target *target, const char *path, struct problems *problems)
{
	autofree char *text = NULL, *entry = xasprintf("%s ", path);
	autostrv char **lines = NULL;

	if (file_read("/proc/swaps", 1024 * 1024, &text, NULL, NULL) < 0)
		return 0;
	lines = strv_split(text, "\n", false);
	for (char **line = lines; line && *line; line++)
		if (str_after(*line, entry))
			return problem(problems, "%s: in use: it is swap space", target->path);
	return 0;
}

static int check_file(struct target *target, const char *path, const struct stat *st,
		      const struct target_wish *wish, struct problems *problems)
{
	autofree char *copy = xstrdup(path);
	struct stat image;

	if (fstat(wish->image_fd, &image) == 0 && image.st_dev == st->st_dev &&
	    image.st_ino == st->st_ino)
		return problem(problems, "%s: is the image itself", target->path);
	if (target->is_secret && (st->st_mode & (S_IRWXG | S_IRWXO)))
		return problem(problems, "%s: mode %04o: others could read the join token in it: "
			       "chmod 600 %s", target->path, st->st_mode & 07777u, target->path);
	if (check_loops(target, path, problems) < 0 || check_swap(target, path, problems) < 0)
		return -1;
	return check_room(target, dirname(copy), (uint64_t)st->st_blocks, wish->needed_bytes,
			  problems);
}

int target_file_open(struct target *target, const char *path, const struct target_wish *wish,
		     struct problems *problems)
{
	autofree char *copy = xstrdup(path);
	int access_mode = wish->is_read || wish->is_dry ? O_RDONLY : O_RDWR;
	struct stat st;

	target->name = xstrdup(basename(copy));
	if (stat(path, &st) < 0)
		return problem_errno(problems, errno, "%s", target->path);
	if (!wish->is_read && check_file(target, path, &st, wish, problems) < 0)
		return -1;
	target->fd = open(path, O_CLOEXEC | O_NOFOLLOW | access_mode);
	if (target->fd < 0)
		return problem_errno(problems, errno, "%s", target->path);
	if (!wish->is_read && flock(target->fd, LOCK_EX | LOCK_NB) < 0)
		return problem(problems, "%s: in use: another program has locked it", target->path);
	target->size_bytes = (uint64_t)st.st_size;
	return 0;
}

int target_file_begin(struct target *target, struct problems *problems)
{
	mode_t mode = target->is_secret ? 0600 : 0644;

	if (target->is_new)
		target->fd = open(target->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (target->fd < 0 || ftruncate(target->fd, 0) < 0)
		return problem_errno(problems, errno, "%s", target->path);
	return 0;
}
