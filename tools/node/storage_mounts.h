// SPDX-License-Identifier: MIT
/* NFS mounts as the kernel lists them (/proc/self/mountinfo). Nothing here asks a server. */
#ifndef NODE_STORAGE_MOUNTS_H
#define NODE_STORAGE_MOUNTS_H

#include "common/str.h"

struct seen_mount {
	char *source, *target;
	char *options;          /* all of them, as /proc/mounts has them */
};

struct seen_mounts {
	struct seen_mount *items;
	size_t count;
};

/* Cannot fail: what cannot be read lists nothing. */
void mounts_read(const char *root, struct seen_mounts *ret);
void mounts_done(struct seen_mounts *mounts);
/* The one that is on top at this target; NULL: nothing is mounted there. */
const struct seen_mount *mounts_find(const struct seen_mounts *mounts, const char *target);

#endif
