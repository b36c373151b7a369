// SPDX-License-Identifier: MIT
/*
 * The machine's disks as sysfs and udev describe them, what uses them, and whether one may be made a
 * boot medium. All of it is read below a root folder, so a recorded folder stands for a machine.
 */
#ifndef MEDIA_DISK_H
#define MEDIA_DISK_H

#include <stdint.h>

#include "common/problems.h"

struct disk {
	char *name;             /* the kernel's: "sdb" */
	char *model;            /* NULL: unknown. These are what the hardware says, fit to show */
	char *vendor;
	char *serial;
	const char *transport;  /* "usb", "sata", "nvme", ...; NULL: unknown */
	uint64_t size_bytes;    /* 0: no medium in the drive */
	long sector_bytes;      /* logical */
	bool is_external;       /* USB, a card, or a medium that can be taken out: made for this */
	bool is_read_only;
	bool is_optical;
	char **uses;            /* a text each: "sdb1 is mounted on /mnt"; NULL: nothing uses it */
};

/* Names of the whole disks that are hardware, in order: no loops, RAM disks, device-mapper. */
char **disk_names(const char *root);
/* Everything about the whole disk of this name. -1 when the kernel has no such disk. */
int disk_read(const char *root, const char *name, struct disk *ret, struct problems *problems);
void disk_done(struct disk *disk);

/* What uses the disk or a part of it: mounts, swap, device-mapper, RAID. NULL or owned by the caller. */
char **disk_uses(const char *root, const char *name);

/*
 * Every reason why this disk is not written, a problem each (the list is not NULL); 0 when there is
 * none. needed_bytes 0: whatever its size. is_forced takes away one reason: that the disk is built in.
 */
int disk_check(const struct disk *disk, uint64_t needed_bytes, bool is_forced,
	       struct problems *problems);

#endif
