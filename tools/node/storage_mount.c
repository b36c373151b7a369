// SPDX-License-Identifier: MIT
/*
 * Mount units and their options; see storage_mount.h.
 *
 * Roost's defaults, and why (nfs(5)):
 *   vers=4.1               one port, no rpcbind or statd. Not 4.2: Debian's client then reads with
 *                          READ_PLUS, which servers get wrong (nfs-ganesha 4 answers with EIO to
 *                          sparse files). A server that does it right is used with --opts=vers=4.2,
 *                          which lets guests give space back (DEALLOCATE).
 *   softerr,timeo=150,retrans=3
 *                          a server that is silent for a minute gives an error instead of processes
 *                          that nobody can end. Guests' disks bypass the page cache (cache=none), so
 *                          QEMU sees the error and pauses the guest (werror=stop); with "hard" libvirt
 *                          itself would hang. Who prefers to wait for ever says --opts=hard.
 *   retry=0                one try; trying again is roost-storage's job
 *   nosuid,nodev,noexec    these are disks and ISO files
 */
#include <ctype.h>

#include "node/run_outside.h"
#include "node/storage_mount.h"
#include "node/storage_probe.h"

#define PROBE_MS 5000
#define ASK_MS 10000

static const struct {
	const char *option;
	const char *same; /* names of options that replace it, each in spaces */
} defaults[] = {
	{ "vers=4.1", " vers nfsvers minorversion v3 v4 v4.0 v4.1 v4.2 " },
	{ "softerr", " soft softerr hard " },
	{ "timeo=150", " timeo " },
	{ "retrans=3", " retrans " },
	{ "retry=0", "" },
	{ "nosuid", " suid nosuid " },
	{ "nodev", " dev nodev " },
	{ "noexec", " exec noexec " },
};

/* Options that move the wait to where nobody bounds it. */
static const char *const refused_options[] = { "bg", "retry", "x-systemd.automount" };

static bool has_name(const char *option, const char *name)
{
	const char *rest = str_after(option, name);

	return rest && (*rest == '\0' || *rest == '=');
}

static bool is_replaced(size_t i, char *const *opts)
{
	for (; opts && *opts; opts++) {
		int len = (int)strcspn(*opts, "=");
		autofree char *word = xasprintf(" %.*s ", len, *opts);

		if (strstr(defaults[i].same, word))
			return true;
	}
	return false;
}

char *nfs_options(char *const *opts)
{
	autostrv char **all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!is_replaced(i, opts))
			strv_push(&all, defaults[i].option);
	for (; opts && *opts; opts++)
		strv_push(&all, *opts);
	return strv_join(all, ",");
}

int nfs_port(char *const *opts)
{
	long long port = NFS_DEFAULT_PORT;

	for (; opts && *opts; opts++)
		if (str_after(*opts, "port="))
			str_to_int(str_after(*opts, "port="), 1, 65535, &port);
	return (int)port;
}

int nfs_check_options(char *const *opts, struct problems *problems)
{
	for (; opts && *opts; opts++)
		for (size_t i = 0; i < ARRAY_SIZE(refused_options); i++)
			if (has_name(*opts, refused_options[i]))
				return problem(problems, "mount option '%s' is refused: waiting "
					       "and trying again is roost-storage's job", *opts);
	return 0;
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
			 "Before=libvirt-guests.service umount.target\n"
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

static bool is_mounted(const char *unit)
{
	const char *argv[] = { "systemctl", "is-active", "--quiet", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = ASK_MS }, NULL, NULL) == 0;
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
	int status = run_outside(argv, MOUNT_LIMIT_S, &result, &details);

	if (status < 0)
		describe(&result, &details, problems);
	process_result_done(&result);
	return status;
}

int nfs_attach(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct nfs_mount *mount = arg;

	(void)ret;
	if (probe_tcp(mount->host, mount->port, PROBE_MS, problems) < 0)
		return -1;
	return is_mounted(mount->unit_name) ? 0 : run_mount(mount, problems);
}
