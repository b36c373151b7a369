// SPDX-License-Identifier: MIT
/*
 * Files of the folder that /boot serves, which roost-pxe writes and replaces as a whole: so nothing of
 * it is kept open, and each file is looked up from the folder's path.
 */
#ifndef APPLIANCE_BOOT_FOLDER_H
#define APPLIANCE_BOOT_FOLDER_H

#include <sys/stat.h>

#include "common/problems.h"

/*
 * Opens a regular file below the folder. What is outside, by "..", by a link or by a race, is not found,
 * and what not everyone on this machine may read is not for everyone in the network (EACCES), as with
 * TFTP servers. Returns a descriptor, or -1 with errno (ENOENT also for what is no regular file). A folder
 * of NULL is an empty one.
 */
int boot_file_open(const char *folder, const char *path, struct stat *ret);
/* An entity tag in quotes, which changes with every write or replacement of the file. Owned by the caller. */
char *boot_file_tag(const struct stat *st);
/* The whole file, at most `max` bytes, with a NUL behind the last one. */
int boot_file_read(const char *folder, const char *path, size_t max, char **ret, size_t *ret_len,
		   struct problems *problems);

#endif
