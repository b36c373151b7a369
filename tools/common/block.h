// SPDX-License-Identifier: MIT
/* What sysfs and udev know about devices, read below a root folder. Results are owned by the caller. */
#ifndef COMMON_BLOCK_H
#define COMMON_BLOCK_H

#include "common/str.h"

/* The value of "E:KEY=" in udev's record of a device ("b8:0", "n2"), or NULL. */
char *udev_property(const char *root, const char *record, const char *key);
/* The same for a whole disk's name ("sda"). */
char *block_property(const char *root, const char *name, const char *key);
/* A disk's serial number: udev knows it of every bus, sysfs only of some. NULL when unknown.
 * What the hardware says, unfiltered: it may hold anything. */
char *block_serial(const char *root, const char *name);

#endif
