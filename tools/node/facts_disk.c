// SPDX-License-Identifier: MIT
/*
 * "disks": the machine's own disks, with the signatures (file systems, RAID, LVM, partition tables)
 * that libblkid finds on them: what an operator must know before a configuration names a disk. Disks
 * that are attached over the network are left out, and so are loops, RAM disks, floppies and CDs.
 *
 * Disks are opened read-only. A failing disk can hold a reader for minutes, so signatures are read by
 * a child process that has a few seconds; what it has not found by then stays empty.
 */
#include <blkid/blkid.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/block.h"
#include "common/clock.h"
#include "common/file.h"
#include "node/facts.h"

#define SECTOR_BYTES 512 /* the unit of /sys/block/NAME/size, whatever the disk's own sector is */
#define SIGNATURES_MAX 16
#define PROBE_TIMEOUT_MS 5000
#define PROBE_OUTPUT_MAX (64 * 1024)

/* Names of whole disks that are not hardware, or hold no disk. */
static const char *const ignored[] = { "loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "mtd" };

/* iSCSI's transport puts a folder sessionN into the path of its disks: "../devices/platform/host2/session1/..." */
static bool is_attached(const char *root, const char *name)
{
	autofree char *link = xasprintf("%s/sys/block/%s", root, name);
	char target[PATH_MAX];
	ssize_t n = readlink(link, target, sizeof(target) - 1);

	target[n < 0 ? 0 : n] = '\0';
	return strstr(target, "/session") != NULL;
}

static bool is_local_disk(const char *root, const char *name)
{
	autofree char *device = xasprintf("%s/sys/block/%s/device", root, name);

	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		if (str_after(name, ignored[i]))
			return false;
	return path_exists(device) && !is_attached(root, name);
}

static char **local_disks(const char *root)
{
	autostrv char **names = fact_names(root, "/sys/block");
	char **disks = NULL;

	for (size_t i = 0; names && names[i]; i++)
		if (is_local_disk(root, names[i]) && strv_len(disks) < FACT_ITEMS_MAX)
			strv_push(&disks, names[i]);
	return disks;
}

/* One line "DISK SIGNATURE" for everything that libblkid recognises on a disk. */
static void print_signatures(FILE *out, const char *root, const char *name)
{
	autofree char *path = xasprintf("%s/dev/%s", root, name);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	blkid_probe probe = fd < 0 ? NULL : blkid_new_probe();

	if (!probe)
		return;
	if (blkid_probe_set_device(probe, fd, 0, 0) == 0) {
		blkid_probe_enable_superblocks(probe, 1);
		blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
		blkid_probe_enable_partitions(probe, 1);
		for (int i = 0; i < SIGNATURES_MAX && blkid_do_probe(probe) == 0; i++) {
			const char *value;

			if (blkid_probe_lookup_value(probe, "TYPE", &value, NULL) == 0 ||
			    blkid_probe_lookup_value(probe, "PTTYPE", &value, NULL) == 0)
				fprintf(out, "%s %s\n", name, value);
		}
	}
	blkid_free_probe(probe);
	fflush(out);
}

static _Noreturn void probe_child(int fd, const char *root, char *const *names)
{
	FILE *out = fdopen(fd, "w");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; out && names[i]; i++)
		print_signatures(out, root, names[i]);
	_exit(0);
}

/* What the child writes until it ends, fills the bound, or the time is over. */
static char *read_until(int fd, int64_t deadline_ms)
{
	char *text = xcalloc(1, PROBE_OUTPUT_MAX + 1);
	size_t len = 0;

	while (len < PROBE_OUTPUT_MAX) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&wait, 1, until_ms(deadline_ms)) <= 0)
			break;
		n = read(fd, text + len, PROBE_OUTPUT_MAX - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

/* A child that hangs in the kernel ends only when its disk answers: nobody waits for that. */
static void end_child(pid_t child)
{
	autoclose int handle = pidfd_open(child, 0);
	struct pollfd wait = { .fd = handle, .events = POLLIN };

	kill(child, SIGKILL);
	poll(&wait, 1, handle < 0 ? 0 : 500);
	waitpid(child, NULL, WNOHANG);
}

/* Lines "DISK SIGNATURE" of all disks; never NULL. */
static char *probe_all(const char *root, char *const *names)
{
	autoclose int reader = -1;
	int ends[2];
	char *text;
	pid_t child;

	if (!names || pipe2(ends, O_CLOEXEC) < 0)
		return xstrdup("");
	reader = ends[0];
	child = fork();
	if (child == 0)
		probe_child(ends[1], root, names);
	close(ends[1]);
	if (child < 0)
		return xstrdup("");
	text = read_until(reader, now_ms() + PROBE_TIMEOUT_MS);
	end_child(child);
	return text;
}

static json_t *signatures_json(const char *probed, const char *name)
{
	autofree char *prefix = xasprintf("%s ", name);
	autostrv char **lines = strv_split(probed, "\n", false);
	json_t *list = json_array();

	for (size_t i = 0; lines && lines[i]; i++) {
		const char *signature = str_after(lines[i], prefix);

		if (signature && json_array_size(list) < SIGNATURES_MAX)
			json_array_append_new(list, fact_string(signature));
	}
	return list;
}

static json_t *disk_json(const char *root, const char *name, const char *probed)
{
	autofree char *size = xasprintf("/sys/block/%s/size", name);
	autofree char *model = xasprintf("/sys/block/%s/device/model", name);
	long long sectors = fact_number(root, size, 0, LLONG_MAX / SECTOR_BYTES, 0);
	autofree char *serial = block_serial(root, name);
	json_t *disk = json_object();

	json_object_set_new(disk, "name", fact_string(name));
	json_object_set_new(disk, "size_bytes", json_integer(sectors * SECTOR_BYTES));
	json_object_set_new(disk, "model", fact_file(root, model));
	json_object_set_new(disk, "serial", fact_string(serial));
	json_object_set_new(disk, "signatures", signatures_json(probed, name));
	return disk;
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autostrv char **names = local_disks(root);
	autofree char *probed = probe_all(root, names);
	json_t *disks = json_array();

	(void)problems;
	for (size_t i = 0; names && names[i]; i++)
		json_array_append_new(disks, disk_json(root, names[i], probed));
	return json_object_set_new(facts, "disks", disks);
}

const struct fact_kind facts_disk = { "disk", collect };
