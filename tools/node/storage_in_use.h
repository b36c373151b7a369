// SPDX-License-Identifier: MIT
/* Who uses a storage pool: the reason for which it cannot be taken away now. */
#ifndef NODE_STORAGE_IN_USE_H
#define NODE_STORAGE_IN_USE_H

#include <stdbool.h>

#include "common/problems.h"

/* What a pool gives to guests. Strings are borrowed. */
struct pool_volumes {
	const char *pool;       /* its name */
	const char *folder;     /* all below it is the pool's; NULL when others have names there, too */
	char *const *paths;     /* of the volumes that libvirt lists; may be NULL */
};

/*
 * Whether a guest, described by libvirt's XML (formatdomain.html), has the pool's data among its
 * disks: by the pool's name, by a volume's path, by another name of the same block device, or by a
 * file below the pool's folder. Asks no server: files are compared by their names.
 */
bool guest_uses_pool(const char *guest_xml, const struct pool_volumes *volumes);

/*
 * 0, or -1 and a problem when something of this host stands on one of the block devices: a volume
 * group, a multipath disk. root: where /sys is.
 */
int check_no_holders(const char *root, char *const *paths, struct problems *problems);

#endif
