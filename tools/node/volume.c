// SPDX-License-Identifier: MIT
/*
 * Reads files from a volume; see volume.h. A broken medium can hold a read for minutes, and a hostile
 * file system is parsed by the kernel: so the child does both, with the medium mounted where nobody
 * else sees it, and sends what it found through a pipe.
 *
 *	reply = status NUL? { length bytes }    status 0: one length (-1: no such file) and bytes a file
 *	                                        status 1: absent; status 2: length and a reason
 */
#include <blkid/blkid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/file.h"
#include "node/volume.h"

#define MOUNT_POINT "/run/roost/volume"
#define REASON_MAX 1024

enum { REPLY_FILES, REPLY_ABSENT, REPLY_FAILED };

/* The file systems that are taken, and how they are kept from writing: ext4 would replay its journal. */
static const struct volume_type {
	const char *blkid;
	const char *kernel;
	const char *options;
} types[] = {
	{ "vfat", "vfat", NULL },
	{ "iso9660", "iso9660", NULL },
	{ "ext2", "ext4", NULL },
	{ "ext3", "ext4", "noload" },
	{ "ext4", "ext4", "noload" },
};

static const struct volume_type *find_type(const char *blkid)
{
	for (size_t i = 0; blkid && i < ARRAY_SIZE(types); i++)
		if (streq(types[i].blkid, blkid))
			return &types[i];
	return NULL;
}

/* Follows no link and leaves the volume by no path. */
static int open_beneath(int folder, const char *path)
{
	while (*path == '/')
		path++;
	return open_resolved(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK,
			     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

static int read_from(int folder, struct volume_file *file, struct problems *problems)
{
	autoclose int fd = open_beneath(folder, file->path);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return problem_errno(problems, errno, "%s", file->path);
	if (fstat(fd, &st) < 0)
		return problem_errno(problems, errno, "%s", file->path);
	if (!S_ISREG(st.st_mode))
		return problem(problems, "%s: expected a regular file", file->path);
	autofree char *self = xasprintf("/proc/self/fd/%d", fd);
	autoproblems struct problems inner = { 0 };
	if (file_read(self, file->max, &file->text, &file->len, &inner) == 0)
		return 0;
	return problem(problems, "%s: cannot be read, or is larger than %zu bytes", file->path,
		       file->max);
}

static int read_all(const char *folder, struct volume_file *files, size_t count,
		    struct problems *problems)
{
	autoclose int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return problem_errno(problems, errno, "%s", folder);
	for (size_t i = 0; i < count; i++)
		if (read_from(fd, &files[i], problems) < 0)
			return -1;
	return 0;
}

enum volume_result volume_read_folder(const char *folder, struct volume_file *files, size_t count,
				      struct problems *problems)
{
	if (!path_exists(folder))
		return VOLUME_ABSENT;
	return read_all(folder, files, count, problems) < 0 ? VOLUME_FAILED : VOLUME_READ;
}

/* ---- The child ---------------------------------------------------------------------------------- */

struct found {
	char *device;
	const struct volume_type *type;
};

/* What libblkid calls the volume on this device, against "LABEL=x" and its like. */
static bool has_tag(blkid_probe probe, const char *spec)
{
	const char *equals = strchr(spec, '=');
	autofree char *tag = equals ? xstrndup(spec, (size_t)(equals - spec)) : NULL;
	const char *value;

	if (!equals)
		return true;
	return blkid_probe_lookup_value(probe, tag, &value, NULL) == 0 && streq(value, equals + 1);
}

/* True when the device holds the volume; type is NULL when its file system is none of ours. */
static bool probe_device(const char *device, const char *spec, struct found *ret)
{
	blkid_probe probe = blkid_new_probe_from_filename(device);
	const char *type;
	bool is_it = false;

	if (!probe)
		return false;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID |
						 BLKID_SUBLKS_TYPE);
	if (blkid_do_safeprobe(probe) == 0 && has_tag(probe, spec) &&
	    blkid_probe_lookup_value(probe, "TYPE", &type, NULL) == 0) {
		*ret = (struct found){ .device = xstrdup(device), .type = find_type(type) };
		is_it = true;
	}
	blkid_free_probe(probe);
	return is_it;
}

/* Disks' and partitions' names in a stable order: two volumes of one label give the same one always. */
static char **block_devices(const char *prefix)
{
	DIR *folder = opendir("/sys/class/block");
	char **names = NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && str_after(entry->d_name, prefix) &&
		    !str_after(entry->d_name, "ram") && !str_after(entry->d_name, "fd"))
			strv_push(&names, entry->d_name);
	if (folder)
		closedir(folder);
	strv_sort(names);
	return names;
}

static bool find_volume(const char *spec, struct found *ret)
{
	autostrv char **names = NULL;

	if (spec[0] == '/')
		return probe_device(spec, "", ret);
	names = block_devices(streq(spec, "cdrom") ? "sr" : "");
	for (char **name = names; name && *name; name++) {
		autofree char *device = xasprintf("/dev/%s", *name);

		if (probe_device(device, streq(spec, "cdrom") ? "" : spec, ret))
			return true;
	}
	return false;
}

static int mount_volume(const struct found *found, struct problems *problems)
{
	if (!found->type)
		return problem(problems, "%s: expected a file system of type vfat, ext4 or iso9660",
			       found->device);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return problem_errno(problems, errno, "private mount namespace");
	if (make_folders(MOUNT_POINT, 0700, problems) < 0)
		return -1;
	if (mount(found->device, MOUNT_POINT, found->type->kernel,
		  MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, found->type->options) < 0)
		return problem_errno(problems, errno, "mounting %s (%s)", found->device,
				     found->type->kernel);
	return 0;
}

static void send_bytes(int fd, const void *data, size_t len)
{
	for (const char *p = data; len > 0;) {
		ssize_t n = write(fd, p, len);

		if (n <= 0)
			_exit(1);
		p += n;
		len -= (size_t)n;
	}
}

static void send_number(int fd, int32_t number)
{
	send_bytes(fd, &number, sizeof(number));
}

static void child(int fd, const char *spec, struct volume_file *files, size_t count)
{
	struct problems problems = { 0 };
	struct found found = { 0 };

	if (!find_volume(spec, &found)) {
		send_number(fd, REPLY_ABSENT);
		_exit(0);
	}
	if (mount_volume(&found, &problems) < 0 ||
	    read_all(MOUNT_POINT, files, count, &problems) < 0) {
		char *reason = problems_text(&problems);
		size_t len = strnlen(reason, REASON_MAX);

		send_number(fd, REPLY_FAILED);
		send_number(fd, (int32_t)len);
		send_bytes(fd, reason, len);
		_exit(0);
	}
	send_number(fd, REPLY_FILES);
	for (size_t i = 0; i < count; i++) {
		send_number(fd, files[i].text ? (int32_t)files[i].len : -1);
		if (files[i].text)
			send_bytes(fd, files[i].text, files[i].len);
	}
	_exit(0);
}

/* ---- The parent --------------------------------------------------------------------------------- */

static int receive(int fd, void *data, size_t len, int64_t deadline_ms)
{
	for (char *p = data; len > 0;) {
		ssize_t n = fd_wait(fd, POLLIN, deadline_ms) ? read(fd, p, len) : -1;

		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int receive_text(int fd, size_t max, char **ret, size_t *ret_len, int64_t deadline_ms)
{
	autofree char *text = NULL;
	int32_t len;

	if (receive(fd, &len, sizeof(len), deadline_ms) < 0 || len < -1 || len > (int64_t)max)
		return -1;
	if (len < 0)
		return 0;
	text = xmalloc((size_t)len + 1);
	if (receive(fd, text, (size_t)len, deadline_ms) < 0)
		return -1;
	text[len] = '\0';
	*ret = take_ptr(text);
	*ret_len = (size_t)len;
	return 0;
}

static enum volume_result receive_reply(int fd, const char *spec, struct volume_file *files,
					size_t count, int64_t deadline_ms,
					struct problems *problems)
{
	autofree char *reason = NULL;
	int32_t status;
	size_t len;

	if (receive(fd, &status, sizeof(status), deadline_ms) < 0)
		goto silent;
	if (status == REPLY_ABSENT)
		return VOLUME_ABSENT;
	if (status == REPLY_FAILED) {
		if (receive_text(fd, REASON_MAX, &reason, &len, deadline_ms) < 0 || !reason)
			goto silent;
		return problem(problems, "%s: %s", spec, reason);
	}
	for (size_t i = 0; i < count; i++)
		if (receive_text(fd, files[i].max, &files[i].text, &files[i].len, deadline_ms) < 0)
			goto silent;
	return VOLUME_READ;
silent:
	if (until_ms(deadline_ms) > 0)
		return problem(problems, "%s: reading the volume ended early", spec);
	(void)problem(problems, "%s: the volume did not answer in time", spec);
	return VOLUME_LATE;
}

enum volume_result volume_read(const char *spec, struct volume_file *files, size_t count,
			       int timeout_ms, struct problems *problems)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	enum volume_result result;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return problem_errno(problems, errno, "pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(ends[1], spec, files, count);
	}
	close(ends[1]);
	result = pid < 0 ? problem_errno(problems, errno, "fork") :
			   receive_reply(ends[0], spec, files, count, deadline_ms, problems);
	close(ends[0]);
	if (pid > 0) {
		/* one that hangs in the kernel dies when the kernel lets go; nobody waits for it */
		kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, until_ms(deadline_ms) > 0 ? 0 : WNOHANG);
	}
	return result;
}
