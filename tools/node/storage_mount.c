// SPDX-License-Identifier: MIT
/* Mount units, and mounting; see storage_mount.h. */
#include <ctype.h>

#include "node/run_outside.h"
#include "node/storage_access.h"
#include "node/storage_mount.h"
#include "node/storage_mounts.h"
#include "node/storage_probe.h"

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

static int describe(const struct process_result *result, const struct problems *details,
		    struct problems *problems)
{
	autostrv char **lines = strv_split(result->output ? result->output : "", "\n", false);

	if (result->timed_out || (result->status != 0 && !lines))
		return problem(problems, "the mount did not end within %d s", MOUNT_LIMIT_S);
	return problem(problems, "%s", lines ? lines[0] : details->items[0]);
}

/*
 * mount(8) runs as a unit of its own: outside roost-storage's sandbox, where nobody else would see
 * the mount, with its own bound, and with its error as output. systemd finds the mount and takes the
 * .mount unit that we wrote for it, which says how it is to be unmounted.
 */
static int run_mount(const struct nfs_mount *mount, struct problems *problems)
{
	autofree char *options = xasprintf("%s,X-mount.mkdir=0711", mount->options);
	const char *argv[] = { "mount", "-t", "nfs", "-o", options, mount->source, mount->target, NULL };
	autoproblems struct problems details = { 0 };
	struct process_result result;
	int status = run_outside(NULL, argv, MOUNT_LIMIT_S, &result, &details);

	if (status < 0)
		describe(&result, &details, problems);
	process_result_done(&result);
	return status;
}

static bool is_mounted(const char *target)
{
	struct seen_mounts mounts;
	bool found;

	mounts_read("/", &mounts);
	found = mounts_find(&mounts, target) != NULL;
	mounts_done(&mounts);
	return found;
}

/* On a busy machine systemd-run can lose the result of a unit that has ended: the kernel's list has the word. */
static int make_mount(const struct nfs_mount *mount, struct problems *problems)
{
	if (is_mounted(mount->target))
		return 0;
	if (run_mount(mount, problems) < 0)
		return -1;
	return is_mounted(mount->target) ? 0 :
	       problem(problems, "mounting %s ended without a mount at %s", mount->source, mount->target);
}

int nfs_attach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct nfs_mount *mount = arg;
	autoproblems struct problems lacks = { 0 };

	if (probe_tcp(mount->host, mount->port, PROBE_MS, problems) < 0)
		return -1;
	if (make_mount(mount, problems) < 0)
		return -1;
	/* What libvirt's user cannot do is no reason to keep the pool from people who only look. */
	if (access_check_in_unit(mount->target, mount->is_read_only, &ret->note, &lacks) < 0)
		ret->reason = problems_text(&lacks);
	return 0;
}
