// SPDX-License-Identifier: MIT
/*
 * Files: bounded reads, atomic writes, and paths below a root folder.
 */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <sys/types.h>

#include "common/problems.h"

/* "ROOT/relative path", with one slash between. Owned by the caller. */
char *path_in_root(const char *root, const char *path);
char *path_join(const char *folder, const char *name);
bool path_exists(const char *path);
/* mkdir -p. */
int make_folders(const char *path, mode_t mode, struct problems *problems);
/* mkdir -p of the path's parent. */
int make_parent_folders(const char *path, struct problems *problems);

/*
 * The whole file, at most `max` bytes, with a NUL behind the last one. Larger is a problem, never
 * a truncation. ret_len may be NULL. -ENOENT counts as a problem; use file_read_optional otherwise.
 */
int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct problems *problems);
/* The same, but a missing file gives 0 and *ret = NULL. */
int file_read_optional(const char *path, size_t max, char **ret, size_t *ret_len,
		       struct problems *problems);
/* First line of a small file such as those of sysfs, white space trimmed; NULL when unreadable. */
char *file_read_line(const char *path);
/*
 * Writes beside the target, checks every step, fsyncs, renames. Readers see the old content or the
 * new one, never a half. Missing parent folders are made (0755).
 */
int file_write(const char *path, mode_t mode, const void *data, size_t len,
	       struct problems *problems);
int file_write_text(const char *path, mode_t mode, const char *text, struct problems *problems);
/* All of it to an open file, however many write(2)s that takes. -1 and errno when one fails. */
int file_write_all(int fd, const void *data, size_t len);
/* True when the file has exactly this content: then a writer need not touch it. */
bool file_has(const char *path, const void *data, size_t len);

/*
 * openat2(2) with these flags (O_*) and bounds (RESOLVE_*). On a busy machine the kernel cannot always tell
 * whether ".." in a path or a link left the bounds while something, anywhere, was renamed or mounted, and says
 * EAGAIN: then it is asked again. -1 and errno on failure.
 */
int open_resolved(int folder, const char *path, int flags, unsigned long long resolve);

/* Removes a tree without following links or leaving its file system. Missing is fine. */
int remove_tree(const char *path, struct problems *problems);

#endif
