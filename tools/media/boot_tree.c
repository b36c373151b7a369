// SPDX-License-Identifier: MIT
/* Writing a boot tree in one piece; see boot_tree.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/transfer.h"
#include "media/boot_tree.h"

struct boot_tree {
	char *path;
	char *fresh;            /* path.new */
	int folder_fd;          /* of fresh; holds the lock */
	bool is_committed;
	struct boot_tree_file *files;
	size_t count;
	/* The file that is being written. */
	char *place;
	int fd;
	struct digest *digest;
};

/* ---- Begin --------------------------------------------------------------------------------------- */

static int lock_folder(const char *path, int *ret_fd, struct problems *problems)
{
	autoclose int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return problem_errno(problems, errno, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return problem(problems, "%s: another roost-pxe is writing it: wait until it is done",
			       path);
	*ret_fd = take_fd(&fd);
	return 0;
}

/* The list goes last: until then, what is left is known to be ours. */
static int remove_ours(const char *folder, struct problems *problems)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int r = 0;

	if (!entries)
		return problem_errno(problems, errno, "%s", folder);
	while (r == 0 && (entry = readdir(entries))) {
		autofree char *path = path_join(folder, entry->d_name);

		if (!streq(entry->d_name, ".") && !streq(entry->d_name, "..") &&
		    !streq(entry->d_name, BOOT_TREE_LIST))
			r = remove_tree(path, problems);
	}
	closedir(entries);
	return r < 0 ? -1 : remove_tree(folder, problems);
}

/* What a run that was killed left: half a new tree, or the old one, or what is left of that. */
static int remove_left_over(const char *fresh, struct problems *problems)
{
	autofree char *list = path_join(fresh, BOOT_TREE_LIST);
	autoclose int fd = -1;
	struct stat st;

	if (lstat(fresh, &st) < 0)
		return errno == ENOENT ? 0 : problem_errno(problems, errno, "%s", fresh);
	if (lock_folder(fresh, &fd, problems) < 0)
		return -1;
	if (!path_exists(list) && rmdir(fresh) < 0)
		return problem(problems, "%s: is in the way, and was not written by roost-pxe: move it "
			       "away", fresh);
	return path_exists(fresh) ? remove_ours(fresh, problems) : 0;
}

/* Without a temporary file, which would be there before the list is. */
static int mark_ours(const struct boot_tree *tree, struct problems *problems)
{
	autoclose int fd = openat(tree->folder_fd, BOOT_TREE_LIST,
				  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	return fd < 0 ? problem_errno(problems, errno, "cannot write to %s", tree->fresh) : 0;
}

static int check_space(const struct boot_tree *tree, uint64_t size_bytes, struct problems *problems)
{
	autofree char *needed = size_text(size_bytes), *free_text = NULL;
	struct statvfs fs;

	if (fstatvfs(tree->folder_fd, &fs) < 0)
		return problem_errno(problems, errno, "%s", tree->fresh);
	if ((uint64_t)fs.f_bavail * fs.f_frsize >= size_bytes)
		return 0;
	free_text = size_text((uint64_t)fs.f_bavail * fs.f_frsize);
	return problem(problems, "%s: %s are needed beside the old tree, %s are free", tree->path, needed,
		       free_text);
}

static int make_fresh(struct boot_tree *tree, struct problems *problems)
{
	if (remove_left_over(tree->fresh, problems) < 0)
		return -1;
	if (mkdir(tree->fresh, 0755) < 0)
		return problem_errno(problems, errno, "cannot make folder %s", tree->fresh);
	if (lock_folder(tree->fresh, &tree->folder_fd, problems) < 0)
		return -1;
	return mark_ours(tree, problems);
}

int boot_tree_begin(const char *path, uint64_t size_bytes, struct boot_tree **ret,
		    struct problems *problems)
{
	struct boot_tree *tree;

	if (boot_tree_check(path, problems) < 0)
		return -1;
	tree = xcalloc(1, sizeof(*tree));
	tree->path = xstrdup(path);
	tree->fresh = xasprintf("%s.new", path);
	tree->folder_fd = tree->fd = -1;
	if (make_fresh(tree, problems) < 0 || check_space(tree, size_bytes, problems) < 0) {
		boot_tree_free(tree);
		return -1;
	}
	*ret = tree;
	return 0;
}

/* ---- Files --------------------------------------------------------------------------------------- */

char *boot_tree_place(const struct boot_tree *tree, const char *path)
{
	return path_join(tree->fresh, path);
}

int boot_tree_file_begin(struct boot_tree *tree, const char *path, struct problems *problems)
{
	free(tree->place);
	tree->place = boot_tree_place(tree, path);
	if (make_parent_folders(tree->place, problems) < 0)
		return -1;
	tree->fd = open(tree->place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (tree->fd < 0)
		return problem_errno(problems, errno, "cannot make %s", tree->place);
	tree->digest = digest_new();
	tree->files = xreallocarray(tree->files, tree->count + 1, sizeof(*tree->files));
	tree->files[tree->count++] = (struct boot_tree_file){ .path = xstrdup(path) };
	return 0;
}

int boot_tree_file_data(struct boot_tree *tree, const void *data, size_t len,
			struct problems *problems)
{
	struct boot_tree_file *file = &tree->files[tree->count - 1];

	if (file_write_all(tree->fd, data, len) < 0)
		return problem_errno(problems, errno, "cannot write %s", tree->place);
	digest_add(tree->digest, data, len);
	file->size_bytes += len;
	return 0;
}

int boot_tree_file_end(struct boot_tree *tree, const struct boot_tree_file **ret,
		       struct problems *problems)
{
	struct boot_tree_file *file = &tree->files[tree->count - 1];

	file->sha256 = digest_end(take_ptr(tree->digest));
	if (fsync(tree->fd) < 0)
		return problem_errno(problems, errno, "cannot write %s", tree->place);
	/* What is read back later shall come from the disk. */
	(void)posix_fadvise(tree->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (close(take_fd(&tree->fd)) < 0)
		return problem_errno(problems, errno, "cannot write %s", tree->place);
	if (ret)
		*ret = file;
	return 0;
}

int boot_tree_add_text(struct boot_tree *tree, const char *path, const void *data, size_t len,
		       struct problems *problems)
{
	return boot_tree_file_begin(tree, path, problems) < 0 ||
	       boot_tree_file_data(tree, data, len, problems) < 0 ||
	       boot_tree_file_end(tree, NULL, problems) < 0 ? -1 : 0;
}

const struct boot_tree_file *boot_tree_files(const struct boot_tree *tree, size_t *ret_count)
{
	*ret_count = tree->count;
	return tree->files;
}

/* ---- End ----------------------------------------------------------------------------------------- */

static int read_back(const struct boot_tree *tree, struct problems *problems)
{
	for (size_t i = 0; i < tree->count; i++) {
		autofree char *place = boot_tree_place(tree, tree->files[i].path);
		autofree char *sha256 = NULL;

		if (sha256_file(place, &sha256, problems) < 0)
			return -1;
		if (!streq(sha256, tree->files[i].sha256))
			return problem(problems, "%s: what was read back is not what was written: the "
				       "disk is not to be trusted", place);
	}
	return 0;
}

static int write_list(const struct boot_tree *tree, struct problems *problems)
{
	autofree char *place = boot_tree_place(tree, BOOT_TREE_LIST);
	autofree char *text = NULL;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	fputs("# The files that roost-pxe wrote, for its next run; sha256sum -c reads it too.\n", out);
	for (size_t i = 0; i < tree->count; i++)
		fprintf(out, "%s  %s\n", tree->files[i].sha256, tree->files[i].path);
	fclose(out);
	return file_write_text(place, 0644, text, problems);
}

static int sync_parent(const char *path, struct problems *problems)
{
	autofree char *copy = xstrdup(path);
	autoclose int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return problem_errno(problems, errno, "%s: its parent", path);
	return 0;
}

/* rename(2) for a new DIR; an old one changes places with the new one and is removed. */
static int swap(struct boot_tree *tree, struct problems *problems)
{
	bool is_there = path_exists(tree->path);

	if (renameat2(AT_FDCWD, tree->fresh, AT_FDCWD, tree->path,
		      is_there ? RENAME_EXCHANGE : RENAME_NOREPLACE) == 0)
		return sync_parent(tree->path, problems);
	if (errno == EBUSY)
		return problem(problems, "%s: is a mount point, which cannot be replaced in one piece: "
			       "choose a folder in it", tree->path);
	if (errno == EINVAL)
		return problem(problems, "%s: its file system cannot exchange two folders: expected one "
			       "such as ext4, xfs, btrfs or tmpfs", tree->path);
	return problem_errno(problems, errno, "%s: putting the new tree in its place", tree->path);
}

int boot_tree_commit(struct boot_tree *tree, struct problems *problems)
{
	if (read_back(tree, problems) < 0 || write_list(tree, problems) < 0)
		return -1;
	if (syncfs(tree->folder_fd) < 0)
		return problem_errno(problems, errno, "%s", tree->fresh);
	/* It took a while: what came into DIR meanwhile shall not be lost either. */
	if (boot_tree_check(tree->path, problems) < 0 || swap(tree, problems) < 0)
		return -1;
	tree->is_committed = true;
	return path_exists(tree->fresh) ? remove_ours(tree->fresh, problems) : 0;
}

void boot_tree_free(struct boot_tree *tree)
{
	if (!tree)
		return;
	/* Without a lock, what is there is somebody else's. */
	if (!tree->is_committed && tree->folder_fd >= 0)
		(void)remove_ours(tree->fresh, NULL);
	for (size_t i = 0; i < tree->count; i++) {
		free(tree->files[i].path);
		free(tree->files[i].sha256);
	}
	free(tree->files);
	digest_free(tree->digest);
	cleanup_close(&tree->fd);
	cleanup_close(&tree->folder_fd);
	free(tree->place);
	free(tree->fresh);
	free(tree->path);
	free(tree);
}
