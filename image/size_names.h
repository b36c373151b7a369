// SPDX-License-Identifier: MIT
/*
 * Under which names a file of the image is counted: its package and its folder.
 */
#ifndef IMAGE_SIZE_NAMES_H
#define IMAGE_SIZE_NAMES_H

#include "common/problems.h"

/* Who brought which file, by dpkg's lists. */
struct size_owners {
	struct size_owner {
		char *path;
		char *package;      /* "libc6" */
	} *items;               /* sorted by path */
	size_t count;
};

/* Reads the lists of `root` (var/lib/dpkg/info). -1 and a problem when there are none. */
int size_owners_read(const char *root, struct size_owners *ret, struct problems *problems);
/* The package, borrowed; NULL for a file that none of them brought. */
const char *size_owner(const struct size_owners *owners, const char *path);
void size_owners_done(struct size_owners *owners);

/*
 * The folder that stands for it: two levels below /usr, of kernel modules two below kernel/ ("drivers/net"),
 * elsewhere the first. Owned by the caller.
 */
char *size_folder(const char *path);

#endif
