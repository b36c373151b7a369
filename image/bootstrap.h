// SPDX-License-Identifier: MIT
/*
 * Root trees of Debian's packages, as mmdebstrap makes them. All of a build are made from one reading of the
 * mirror's lists (stage_lists.c), so that what two of them have, they have in the same version.
 */
#ifndef IMAGE_BOOTSTRAP_H
#define IMAGE_BOOTSTRAP_H

#include "image/stage.h"

/* Where packages come from: the mirror's suites, the kickstart's `repo` lines, the lock. */
void bootstrap_lists_inputs(const struct build *build, struct inputs *inputs);
/* Makes folder/tree, which has apt's lists and nothing else, and folder/digest, of what they list. */
int bootstrap_lists(const struct build *build, const char *folder, struct problems *problems);

/* Of a stage that comes `after` the lists: what they list, not when or from where they were read. */
int bootstrap_tree_inputs(const struct build *build, struct inputs *inputs, const char *const *packages,
			  struct problems *problems);
/*
 * For `stage`, whose new output is `folder`: installs `packages` (NULL-terminated), and the least that Debian
 * needs, in folder/tree, which may have files for apt and for packages' scripts in it already. Downloads are
 * kept in OUT/cache/debs/STAGE, so that a changed list fetches only what is new. Writes folder/packages
 * (lock.h) and folder/date.
 */
int bootstrap_tree(const struct build *build, const char *stage, const char *folder,
		   const char *const *packages, struct problems *problems);
/* When the newest of the tree's packages was built: the same packages give the same image, whenever it is made. */
int bootstrap_date(const struct build *build, const char *stage, time_t *ret, struct problems *problems);

#endif
