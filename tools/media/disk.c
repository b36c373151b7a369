// SPDX-License-Identifier: MIT
/*
 * What a disk is, from sysfs (Documentation/ABI/stable/sysfs-block in the kernel's sources) and udev;
 * see disk.h.
 */
#include <dirent.h>
#include <limits.h>

#include "common/block.h"
#include "common/clean.h"
#include "common/file.h"
#include "media/disk.h"
#include "media/iso.h"

#define TEXT_MAX 64

/* How a disk is attached shows in the path of its device; the first that fits counts. */
static const struct transport {
	const char *part;       /* of the path in /sys/devices */
	const char *name;
	/* The disk is one to carry around; NULL: as its "removable" flag says. */
	const char *external;
} transports[] = {
	{ "/usb", "usb", "always" },
	{ "/mmc_host/", "mmc", "cards" },
	{ "/nvme/", "nvme", "never" },
	{ "/virtio", "virtio", "never" },
	{ "/session", "iscsi", "never" },
	{ "/rport-", "fc", "never" },
	{ "/end_device-", "sas", "never" },
	/* A disk in a hot-plug bay says that it is removable, and may be the server's own. */
	{ "/ata", "sata", "never" },
	{ "/vmbus", "hyperv", "never" },
	{ "/virtual/block/loop", "loop", "never" },
	{ "/virtual/", "virtual", "never" },
};

static char *attribute(const char *root, const char *name, const char *file)
{
	autofree char *path = xasprintf("%s/sys/block/%s/%s", root, name, file);

	return file_read_line(path);
}

static long long number(const char *root, const char *name, const char *file, long long max)
{
	autofree char *text = attribute(root, name, file);
	long long value;

	return text && str_to_int(text, 0, max, &value) ? value : 0;
}

/* sysfs's text, which has its blanks, else udev's; NULL when neither knows. */
static char *described(const char *root, const char *name, const char *file, const char *key)
{
	autofree char *from_sysfs = attribute(root, name, file);
	autofree char *from_udev = NULL;
	char *text = clean_text(from_sysfs, TEXT_MAX);

	/* virtio has a PCI number there. */
	if (text && !str_after(text, "0x"))
		return text;
	free(text);
	from_udev = block_property(root, name, key);
	return clean_text(from_udev, TEXT_MAX);
}

static const struct transport *find_transport(const char *root, const char *name)
{
	autofree char *link = xasprintf("%s/sys/block/%s", root, name);
	autofree char *path = realpath(link, NULL);
	const char *devices = path ? strstr(path, "/sys/devices/") : NULL;

	for (size_t i = 0; devices && i < ARRAY_SIZE(transports); i++)
		if (strstr(devices, transports[i].part))
			return &transports[i];
	return NULL;
}

static bool is_external(const char *root, const char *name, const struct transport *transport)
{
	autofree char *type = attribute(root, name, "device/type");

	if (!transport)
		return number(root, name, "removable", 1);
	if (streq(transport->external, "cards"))
		return type && streq(type, "SD"); /* eMMC is soldered, and says MMC */
	return streq(transport->external, "always");
}

char **disk_names(const char *root)
{
	autofree char *folder = path_in_root(root, "/sys/block");
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char **names = NULL;

	while (dir && (entry = readdir(dir))) {
		autofree char *device = xasprintf("%s/%s/device", folder, entry->d_name);

		if (entry->d_name[0] != '.' && path_exists(device))
			strv_push(&names, entry->d_name);
	}
	if (dir)
		closedir(dir);
	strv_sort(names);
	return names;
}

int disk_read(const char *root, const char *name, struct disk *ret, struct problems *problems)
{
	autofree char *folder = xasprintf("%s/sys/block/%s", root, name);
	const struct transport *transport = find_transport(root, name);
	autofree char *serial = NULL;

	if (!path_exists(folder))
		return problem(problems, "%s: no such disk in /sys/block", name);
	serial = block_serial(root, name);
	*ret = (struct disk){
		.name = xstrdup(name),
		.model = described(root, name, "device/model", "ID_MODEL"),
		.vendor = described(root, name, "device/vendor", "ID_VENDOR"),
		.serial = clean_text(serial, TEXT_MAX),
		.transport = transport ? transport->name : NULL,
		.size_bytes = (uint64_t)number(root, name, "size", LLONG_MAX / SECTOR_BYTES) *
			      SECTOR_BYTES,
		.sector_bytes = (long)number(root, name, "queue/logical_block_size", 65536),
		.is_external = is_external(root, name, transport),
		.is_read_only = number(root, name, "ro", 1),
		.is_optical = str_after(name, "sr") != NULL,
		.uses = disk_uses(root, name),
	};
	if (!ret->model) /* a card */
		ret->model = described(root, name, "device/name", "ID_NAME");
	return 0;
}

void disk_done(struct disk *disk)
{
	free(disk->name);
	free(disk->model);
	free(disk->vendor);
	free(disk->serial);
	strv_free(disk->uses);
	*disk = (struct disk){ 0 };
}

static void check_size(const struct disk *disk, uint64_t needed_bytes, struct problems *problems)
{
	if (disk->size_bytes == 0)
		problem(problems, "%s: no medium in the drive", disk->name);
	else if (disk->size_bytes < needed_bytes)
		problem(problems, "%s: too small: %llu bytes are needed, it has %llu", disk->name,
			(unsigned long long)needed_bytes, (unsigned long long)disk->size_bytes);
	if (disk->sector_bytes && disk->sector_bytes != SECTOR_BYTES)
		problem(problems, "%s: its sectors have %ld bytes: the image's partition table is one "
			"for sectors of %d", disk->name, disk->sector_bytes, SECTOR_BYTES);
}

int disk_check(const struct disk *disk, uint64_t needed_bytes, bool is_forced,
	       struct problems *problems)
{
	size_t before = problems_count(problems);

	if (disk->is_optical)
		return problem(problems, "%s: an optical drive: burn the image with a program for that",
			       disk->name);
	for (char *const *use = disk->uses; use && *use; use++)
		problem(problems, "%s: in use: %s", disk->name, *use);
	check_size(disk, needed_bytes, problems);
	if (disk->is_read_only)
		problem(problems, "%s: read-only: some sticks and cards have a switch for that",
			disk->name);
	/* Where --force would not help, it is not offered. */
	if (!disk->is_external && !is_forced)
		problem(problems, "%s: not a removable or USB disk%s", disk->name,
			problems_count(problems) > before ? "" :
			": if it is the right one, say --force");
	return problems_count(problems) > before ? -1 : 0;
}
