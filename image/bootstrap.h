// SPDX-License-Identifier: MIT
/*
 * Root trees of Debian's packages, as mmdebstrap makes them. All of a build are made from one reading of the
 * mirror's lists, so that what two of them have, they have in the same version.
 */
#ifndef IMAGE_BOOTSTRAP_H
#define IMAGE_BOOTSTRAP_H

#include "image/dpkg_status.h"
#include "image/stage.h"

/* Where packages come from: the mirror's suites, the kickstart's `repo` lines, the lock. For the lists. */
void bootstrap_sources(const struct build *build, struct inputs *inputs);
/* What is there: the lists' content. For a root tree, which comes `after` the lists. */
int bootstrap_inputs(const struct build *build, struct inputs *inputs, struct problems *problems);
/* Reads the mirror's lists into `tree`, which has nothing else then. */
int bootstrap_lists(const struct build *build, const char *tree, struct problems *problems);

/*
 * For `stage`, whose new output is `folder`: installs `packages` (NULL-terminated), and the least that Debian
 * needs, in folder/tree, which may have files for apt and for packages' scripts in it already. Downloads are
 * kept (bootstrap_deb), so that a changed list fetches only what is new. Writes folder/packages (lock.h).
 */
int bootstrap_tree(const struct build *build, const char *stage, const char *folder,
		   const char *const *packages, struct problems *problems);
/* The package's file, as apt keeps it for that stage; owned by the caller. It may have been removed. */
char *bootstrap_deb(const struct build *build, const char *stage, const struct dpkg_package *package);

#endif
