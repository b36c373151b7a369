// SPDX-License-Identifier: MIT
/* Bounded reads, atomic writes, paths below a root; see file.h. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "common/file.h"

char *path_in_root(const char *root, const char *path)
{
	return path_join(root, path);
}

char *path_join(const char *folder, const char *name)
{
	size_t n = strlen(folder);

	while (n > 0 && folder[n - 1] == '/')
		n--;
	while (*name == '/')
		name++;
	return xasprintf("%.*s/%s", (int)n, folder, name);
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int make_folders(const char *path, mode_t mode, struct problems *problems)
{
	autofree char *copy = xstrdup(path);

	for (char *p = copy + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return problem_errno(problems, errno, "cannot make folder %s", copy);
		*p = c;
		if (c == '\0')
			return 0;
	}
}

int make_parent_folders(const char *path, struct problems *problems)
{
	autofree char *copy = xstrdup(path);

	return make_folders(dirname(copy), 0755, problems);
}

/* Reads until the end or until more than max bytes are there. */
static int read_bounded(int fd, const char *path, size_t max, char **ret, size_t *ret_len,
			struct problems *problems)
{
	autofree char *data = NULL;
	size_t len = 0, room = 0;

	for (;;) {
		ssize_t n;

		if (room - len < 2) {
			room = room ? room * 2 : 4096;
			data = xreallocarray(data, room, 1);
		}
		n = read(fd, data + len, room - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return problem_errno(problems, errno, "cannot read %s", path);
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return problem(problems, "%s is too large: at most %zu bytes are read",
				       path, max);
	}
	data[len] = '\0';
	*ret = take_ptr(data);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct problems *problems)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return problem_errno(problems, errno, "cannot open %s", path);
	return read_bounded(fd, path, max, ret, ret_len, problems);
}

int file_read_optional(const char *path, size_t max, char **ret, size_t *ret_len,
		       struct problems *problems)
{
	if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*ret = NULL;
		if (ret_len)
			*ret_len = 0;
		return 0;
	}
	return file_read(path, max, ret, ret_len, problems);
}

char *file_read_line(const char *path)
{
	autofree char *data = NULL;

	if (file_read(path, 64 * 1024, &data, NULL, NULL) < 0)
		return NULL;
	data[strcspn(data, "\n")] = '\0';
	return xstrdup(str_trim(data));
}

int file_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write(const char *path, mode_t mode, const void *data, size_t len,
	       struct problems *problems)
{
	autofree char *temporary = xasprintf("%s.XXXXXX", path);
	autoclose int fd = -1;
	bool is_written;

	if (make_parent_folders(path, problems) < 0)
		return -1;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return problem_errno(problems, errno, "cannot write %s", path);
	is_written = file_write_all(fd, data, len) == 0 && fchmod(fd, mode) == 0 && fsync(fd) == 0 &&
		     close(take_fd(&fd)) == 0 && rename(temporary, path) == 0;
	if (!is_written) {
		int saved = errno;

		unlink(temporary);
		return problem_errno(problems, saved, "cannot write %s", path);
	}
	return 0;
}

int file_write_text(const char *path, mode_t mode, const char *text, struct problems *problems)
{
	return file_write(path, mode, text, strlen(text), problems);
}

bool file_has(const char *path, const void *data, size_t len)
{
	autofree char *old = NULL;
	size_t old_len;

	return file_read(path, len, &old, &old_len, NULL) == 0 && old_len == len &&
	       memcmp(old, data, len) == 0;
}

/* A try takes microseconds, and each is disturbed anew or not. */
#define RESOLVE_TRIES 1000

int open_resolved(int folder, const char *path, int flags, unsigned long long resolve)
{
	struct open_how how = { .flags = (unsigned)flags, .resolve = resolve };
	int fd = -1;

	for (unsigned i = 0; i < RESOLVE_TRIES; i++) {
		fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int remove_tree(const char *path, struct problems *problems)
{
	if (!path_exists(path))
		return unlink(path) < 0 && errno != ENOENT ?
			       problem_errno(problems, errno, "cannot remove %s", path) : 0;
	if (nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0)
		return problem_errno(problems, errno, "cannot remove %s", path);
	return 0;
}
