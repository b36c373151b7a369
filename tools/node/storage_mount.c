// SPDX-License-Identifier: MIT
/* Mount units, and mounting; see storage_mount.h. */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/json.h"
#include "node/storage_mount.h"
#include "node/storage_probe.h"
#include "node/unix_socket.h"

#define ANSWER_MAX 16384
#define MARGIN_MS 2000 /* before the task's own end, so that it is we who say what it waited for */

char *nfs_client_text(const char *id)
{
	return xasprintf("# Written by roost-storage.\noptions nfs nfs4_unique_id=%s\n", id);
}

char *nfs_source(const char *host, const char *path)
{
	return xasprintf(strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, path);
}

char *mount_unit_name(const char *path)
{
	char *name = NULL;
	size_t len;
	FILE *f = xopen_memstream(&name, &len);
	bool is_first = true;

	while (*path == '/')
		path++;
	if (!*path)
		fputc('-', f);
	for (; *path; path++) {
		bool is_dot = *path == '.' && is_first;

		if (*path == '/') {
			while (path[1] == '/')
				path++;
			if (path[1])
				fputc('-', f);
		} else if (!is_dot && (isalnum((unsigned char)*path) || strchr(":_.", *path))) {
			fputc(*path, f);
		} else {
			fprintf(f, "\\x%02x", (unsigned char)*path);
		}
		is_first = false;
	}
	fputs(".mount", f);
	fclose(f);
	return name;
}

/* A unit file takes "%" for the start of a specifier (systemd.unit(5)). */
static char *unit_value(const char *text)
{
	char *value = NULL;
	size_t len;
	FILE *f = xopen_memstream(&value, &len);

	for (; *text; text++) {
		if (*text == '%')
			fputc('%', f);
		fputc(*text, f);
	}
	fclose(f);
	return value;
}

/*
 * Without default dependencies, which would make the mount wait for network-online.target: when it
 * is started is roost-storage's decision. At shutdown it goes after the guests and before the
 * network; forced and lazy, because a server that is gone must not keep the host from powering off.
 */
char *mount_unit_text(const char *source, const char *target, const char *options)
{
	autofree char *what = unit_value(source);
	autofree char *where = unit_value(target);

	return xasprintf("# Written by roost-storage.\n"
			 "[Unit]\n"
			 "Description=NFS %s\n"
			 "DefaultDependencies=no\n"
			 "After=systemd-networkd.service network.target remote-fs-pre.target\n"
			 "After=roost-storage-detach.service\n"
			 "Before=roost-guests.service umount.target\n"
			 "Conflicts=umount.target\n"
			 "\n"
			 "[Mount]\n"
			 "What=%s\n"
			 "Where=%s\n"
			 "Type=nfs\n"
			 "Options=%s\n"
			 "TimeoutSec=%d\n"
			 "ForceUnmount=yes\n"
			 "LazyUnmount=yes\n",
			 what, what, where, options, UNMOUNT_LIMIT_S);
}

/* A line each. What libvirt's user cannot do is no reason to keep the pool from people who only look. */
static int take_answer(char *const *lines, struct task_result *ret, struct problems *problems)
{
	bool is_mounted = false, is_known = false;

	for (; lines && *lines; lines++) {
		const char *failed = str_after(*lines, MOUNT_FAILED), *well = str_after(*lines, MOUNT_WELL);
		const char *lacks = str_after(*lines, MOUNT_LACKS);

		if (failed)
			return problem(problems, "%s", failed);
		is_mounted |= streq(*lines, MOUNT_DONE);
		is_known |= well || lacks;
		if (well && *well)
			ret->note = xstrdup(well);
		if (lacks)
			ret->reason = xstrdup(lacks);
	}
	if (is_mounted && !is_known)
		ret->reason = xasprintf("writing there as libvirt's user did not end within %d s", ACCESS_LIMIT_S);
	return is_mounted ? 0 : problem(problems, "the mount did not end within %d s", MOUNT_LIMIT_S);
}

static char *request_text(const struct nfs_mount *mount)
{
	autojson json_t *request = json_pack("{s:s, s:s, s:s, s:b}", "source", mount->source, "target", mount->target,
					     "options", mount->options, "read_only", mount->is_read_only);
	autofree char *line = request ? json_line(request) : NULL;

	return line ? xasprintf("%s\n", line) : NULL;
}

/* Up to its end or the deadline: what has come by then counts. Owned by the caller. */
static char *read_answer(int fd, int64_t deadline_ms)
{
	char *text = xcalloc(ANSWER_MAX + 1, 1);
	size_t len = 0;

	while (len < ANSWER_MAX && fd_wait(fd, POLLIN, deadline_ms)) {
		ssize_t n = recv(fd, text + len, ANSWER_MAX - len, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	return text;
}

/*
 * roost-mount is a unit of its own: outside roost-storage's sandbox, where nobody else would see the mount. systemd
 * finds the mount and takes the .mount unit that we wrote for it, which says how it is to be unmounted.
 */
int nfs_attach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct nfs_mount *mount = arg;
	int64_t deadline_ms = now_ms() + MOUNT_TASK_MS - PROBE_MS - MARGIN_MS;
	autofree char *request = request_text(mount), *answer = NULL;
	autostrv char **lines = NULL;
	autoclose int fd = -1;

	if (!request)
		return problem(problems, "%s: source, target and options must be UTF-8", mount->source);
	if (probe_tcp(mount->host, mount->port, PROBE_MS, problems) < 0)
		return -1;
	fd = unix_socket_connect(MOUNT_SOCKET);
	if (fd < 0 || unix_socket_send(fd, request, strlen(request), deadline_ms) < 0)
		return problem_errno(problems, errno, MOUNT_SOCKET);
	answer = read_answer(fd, deadline_ms);
	lines = strv_split(answer, "\n", false);
	return take_answer(lines, ret, problems);
}
