// SPDX-License-Identifier: MIT
/* Finding the boot medium with libblkid. */
#include <blkid/blkid.h>
#include <dirent.h>
#include <poll.h>

#include "common/clock.h"
#include "common/file.h"
#include "node/drivers.h"
#include "node/medium.h"

#define LOOK_AGAIN_MS 1000

/* Without events (fd -1) this is a wait of a second, and the medium is still found. */
static void wait_for_change(int fd, struct drivers *drivers, int64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int left_ms = until_ms(deadline_ms);

	/* Which device it was does not matter: all are looked at. */
	if (poll(&p, 1, left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS) > 0)
		drivers_load_for_events(drivers, fd);
}

static char *lookup(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0 ? xstrdup(value) : NULL;
}

/* A drive without a medium, or a file system that blkid does not know, has no label. */
static void probe_device(const char *device, char **ret_label, char **ret_type)
{
	blkid_probe probe = blkid_new_probe_from_filename(device);

	if (!probe)
		return;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_TYPE);
	if (blkid_do_safeprobe(probe) == 0) {
		*ret_label = lookup(probe, "LABEL");
		*ret_type = lookup(probe, "TYPE");
	}
	blkid_free_probe(probe);
}

static bool is_virtual(const char *name)
{
	return str_after(name, "loop") || str_after(name, "ram") || str_after(name, "zram") ||
	       str_after(name, "fd");
}

/* Names in a folder of sysfs that begin like this, in order. */
static char **names_in(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char **names = NULL;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && str_after(entry->d_name, prefix) &&
		    !is_virtual(entry->d_name))
			strv_push(&names, entry->d_name);
	if (dir)
		closedir(dir);
	strv_sort(names);
	return names;
}

/*
 * On a stick the image's file system is the disk's and its first partition's at once. The partition
 * is taken: while the whole disk is mounted the kernel lets nobody mount its other partitions, and one
 * of them may be the site's OEMDRV. By now they are known: opening a disk waits for that.
 */
static void prefer_partition(const char *name, const char *label, struct medium *medium)
{
	autofree char *folder = path_join("/sys/class/block", name);
	autostrv char **names = names_in(folder, name);

	for (size_t i = 0; names && names[i]; i++) {
		autofree char *device = path_join("/dev", names[i]);
		autofree char *found = NULL, *type = NULL;

		probe_device(device, &found, &type);
		if (streq_null(found, label) && streq_null(type, medium->fstype)) {
			free(medium->device);
			medium->device = take_ptr(device);
			return;
		}
	}
}

/* True when found; `seen` becomes "sda (no label), sr0 (iso9660 OTHER)". */
static bool look(const char *label, struct medium *ret, char ***seen)
{
	autostrv char **names = names_in("/sys/class/block", "");

	for (size_t i = 0; names && names[i]; i++) {
		autofree char *device = path_join("/dev", names[i]);
		autofree char *found = NULL, *type = NULL;

		probe_device(device, &found, &type);
		if (found && type && streq(found, label)) {
			ret->device = take_ptr(device);
			ret->fstype = take_ptr(type);
			prefer_partition(names[i], label, ret);
			return true;
		}
		strv_pushf(seen, "%s (%s, %s)", names[i], type ? type : "no file system",
			   found ? found : "no label");
	}
	return false;
}

static int find(const char *label, int events, struct drivers *drivers, int64_t deadline_ms,
		struct medium *ret, struct problems *problems)
{
	for (;;) {
		autostrv char **seen = NULL;
		autofree char *text = NULL;

		if (look(label, ret, &seen))
			return 0;
		if (until_ms(deadline_ms) == 0) {
			text = strv_join(seen, ", ");
			return problem(problems, "no medium with the label %s: seen: %s", label,
				       seen ? text : "no disk, CD or USB drive at all");
		}
		wait_for_change(events, drivers, deadline_ms);
	}
}

int medium_find(const char *label, int64_t deadline_ms, struct medium *ret,
		struct problems *problems)
{
	struct drivers drivers = { 0 };
	/* Opened before the first look, so that nothing that comes in between is missed. */
	autoclose int events = drivers_open_events();
	int r;

	drivers_load_all(&drivers);
	r = find(label, events, &drivers, deadline_ms, ret, problems);
	drivers_done(&drivers);
	return r;
}

void medium_done(struct medium *medium)
{
	free(medium->device);
	free(medium->fstype);
	*medium = (struct medium){ 0 };
}
