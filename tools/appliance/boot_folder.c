// SPDX-License-Identifier: MIT
/* Files of the folder that /boot serves; see boot_folder.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>

#include "appliance/boot_folder.h"
#include "common/file.h"

/*
 * The kernel keeps the path below the folder, whatever "..", links or races do; openat2(2). Not
 * blocking, so that a FIFO in the folder cannot stop the server.
 */
static int open_below(int folder_fd, const char *path)
{
	return open_resolved(folder_fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
			     RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

int boot_file_open(const char *folder, const char *path, struct stat *ret)
{
	autoclose int folder_fd = -1;
	autoclose int fd = -1;

	errno = ENOENT;
	if (folder)
		folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd >= 0)
		fd = open_below(folder_fd, path);
	if (fd < 0 || fstat(fd, ret) < 0)
		return -1;
	if (S_ISREG(ret->st_mode) && ret->st_mode & S_IROTH)
		return take_fd(&fd);
	errno = S_ISREG(ret->st_mode) ? EACCES : ENOENT;
	return -1;
}

char *boot_file_tag(const struct stat *st)
{
	return xasprintf("\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%lx\"", (uint64_t)st->st_ino,
			 (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec,
			 (unsigned long)st->st_mtim.tv_nsec);
}

int boot_file_read(const char *folder, const char *path, size_t max, char **ret, size_t *ret_len,
		   struct problems *problems)
{
	autofree char *text = NULL;
	size_t len = 0, size;
	struct stat st;
	autoclose int fd = boot_file_open(folder, path, &st);

	if (fd < 0)
		return problem_errno(problems, errno, "%s/%s", folder ? folder : "", path);
	if ((uint64_t)st.st_size > max)
		return problem(problems, "%s/%s: expected at most %zu bytes", folder, path, max);
	size = (size_t)st.st_size;
	text = xmalloc(size + 1);
	while (len < size) {
		ssize_t n = read(fd, text + len, size - len);

		if (n <= 0)
			return problem(problems, "%s/%s: cannot be read to its end", folder, path);
		len += (size_t)n;
	}
	text[size] = '\0';
	*ret = take_ptr(text);
	*ret_len = size;
	return 0;
}
