// SPDX-License-Identifier: MIT
/*
 * What uses a disk; see disk.h. The disk, its partitions and everything that is built on them
 * (/sys/block/.../holders: device-mapper, RAID, bcache) are collected first; then mounts and swap
 * spaces are looked up among them. Mounts of other namespaces are not seen here: opening the disk
 * for oneself alone (O_EXCL) finds those.
 */
#include <dirent.h>
#include <libmount/libmount.h>
#include <sys/sysmacros.h>

#include "common/clean.h"
#include "common/file.h"
#include "media/disk.h"

#define LAYERS_MAX 8    /* of devices upon devices */
#define DEVICES_MAX 512
#define TEXT_MAX 128

struct device {
	char *name;             /* "sdb1", "dm-0" */
	char *mapper;           /* "vg-root"; NULL: not of device-mapper */
	dev_t number;
};

struct devices {
	struct device *items;
	size_t count;
};

/* What the running system needs: a mount there is named for what it is. */
static const char *const system_places[] = { "/", "/usr", "/boot", "/boot/efi" };

static void devices_done(struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		free(devices->items[i].name);
		free(devices->items[i].mapper);
	}
	free(devices->items);
}

static bool add_device(struct devices *devices, const char *folder, const char *name)
{
	autofree char *dev = path_join(folder, "dev"), *mapper = path_join(folder, "dm/name");
	autofree char *text = file_read_line(dev);
	unsigned major_number, minor_number;

	if (!text || sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		return false;
	for (size_t i = 0; i < devices->count; i++)
		if (streq(devices->items[i].name, name))
			return false;
	if (devices->count == DEVICES_MAX)
		return false;
	devices->items = xreallocarray(devices->items, devices->count + 1, sizeof(struct device));
	devices->items[devices->count++] = (struct device){
		.name = xstrdup(name), .mapper = file_read_line(mapper),
		.number = makedev(major_number, minor_number),
	};
	return true;
}

static char **names_in(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char **names = NULL;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strv_push(&names, entry->d_name);
	if (dir)
		closedir(dir);
	strv_sort(names);
	return names;
}

static void collect(const char *root, const char *folder, const char *name, int layer,
		    struct devices *devices, char ***uses);

static void collect_holders(const char *root, const char *folder, const char *name, int layer,
			    struct devices *devices, char ***uses)
{
	autofree char *holders = path_join(folder, "holders");
	autostrv char **names = names_in(holders);

	for (char **holder = names; holder && *holder; holder++) {
		autofree char *path = xasprintf("%s/sys/block/%s", root, *holder);
		autofree char *mapper = xasprintf("%s/dm/name", path);
		autofree char *raw = file_read_line(mapper);
		autofree char *text = clean_text(raw, TEXT_MAX);

		strv_pushf(uses, "%s is held by %s%s%s%s", name, *holder, text ? " (" : "",
			   text ? text : "", text ? ")" : "");
		collect(root, path, *holder, layer + 1, devices, uses);
	}
}

/* The device, its partitions, and what holds any of them. */
static void collect(const char *root, const char *folder, const char *name, int layer,
		    struct devices *devices, char ***uses)
{
	autostrv char **names = NULL;

	if (layer > LAYERS_MAX || !add_device(devices, folder, name))
		return;
	collect_holders(root, folder, name, layer, devices, uses);
	names = names_in(folder);
	for (char **part = names; part && *part; part++) {
		autofree char *path = path_join(folder, *part);
		autofree char *mark = path_join(path, "partition");

		if (path_exists(mark))
			collect(root, path, *part, layer, devices, uses);
	}
}

/* The device's name when it is the one that is mounted or swapped to; NULL otherwise. Btrfs gives its
 * mounts a number of their own, so the source's name counts too. */
static const char *find(const struct devices *devices, dev_t number, const char *source)
{
	const char *base = source && str_after(source, "/dev/") ? strrchr(source, '/') + 1 : NULL;

	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->items[i];

		if ((number && device->number == number) || streq_null(base, device->name) ||
		    (base && streq_null(base, device->mapper)))
			return device->name;
	}
	return NULL;
}

static bool is_system_place(const char *folder)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_places); i++)
		if (streq(folder, system_places[i]))
			return true;
	return false;
}

static void add_mount(const struct devices *devices, struct libmnt_fs *fs, char ***uses)
{
	const char *target = mnt_fs_get_target(fs);
	const char *name = find(devices, mnt_fs_get_devno(fs), mnt_fs_get_source(fs));
	autofree char *text = name && target ? clean_text(target, TEXT_MAX) : NULL;
	autofree char *use = NULL;

	if (!text)
		return;
	use = xasprintf("%s%s is mounted on %s",
			is_system_place(target) ? "the system runs from it: " : "", name, text);
	if (!strv_contains(*uses, use))
		strv_push(uses, use);
}

static void add_swap(const struct devices *devices, struct libmnt_fs *fs, char ***uses)
{
	const char *name = find(devices, 0, mnt_fs_get_source(fs));

	if (name)
		strv_pushf(uses, "%s is swap space", name);
}

/* Calls `add` for each entry of a file of /proc. */
static void each_entry(const char *root, const char *file,
		       int (*parse)(struct libmnt_table *table, const char *path),
		       void (*add)(const struct devices *devices, struct libmnt_fs *fs, char ***uses),
		       const struct devices *devices, char ***uses)
{
	autofree char *path = path_in_root(root, file);
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	if (table && iter && parse(table, path) == 0)
		while (mnt_table_next_fs(table, iter, &fs) == 0)
			add(devices, fs, uses);
	mnt_free_iter(iter);
	mnt_unref_table(table);
}

char **disk_uses(const char *root, const char *name)
{
	__attribute__((cleanup(devices_done))) struct devices devices = { 0 };
	autofree char *folder = xasprintf("%s/sys/block/%s", root, name);
	char **uses = NULL;

	collect(root, folder, name, 0, &devices, &uses);
	each_entry(root, "/proc/self/mountinfo", mnt_table_parse_file, add_mount, &devices, &uses);
	each_entry(root, "/proc/swaps", mnt_table_parse_swaps, add_swap, &devices, &uses);
	return uses;
}
