// SPDX-License-Identifier: MIT
/*
 * Finding the medium that the host was started from, by its file system's label.
 */
#ifndef NODE_MEDIUM_H
#define NODE_MEDIUM_H

#include <stdint.h>

#include "common/problems.h"

struct medium {
	char *device;   /* "/dev/sr0" */
	char *fstype;   /* "iso9660" */
};

/*
 * Waits until a block device with this label is there, at most until deadline_ms (now_ms's clock),
 * and loads the drivers of the devices that appear. Devices are looked at when the kernel announces them, and once a second, because a drive that
 * spins up announces nothing. On failure the problems say what was seen instead.
 */
int medium_find(const char *label, int64_t deadline_ms, struct medium *ret,
		struct problems *problems);
void medium_done(struct medium *medium);

#endif
