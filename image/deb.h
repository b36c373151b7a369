// SPDX-License-Identifier: MIT
/*
 * Debian's packages as files.
 */
#ifndef IMAGE_DEB_H
#define IMAGE_DEB_H

#include "common/problems.h"
#include "image/dpkg_status.h"

/* The file's name as apt keeps it: "bsdutils_1%3a2.41-5_amd64.deb". Owned by the caller. */
char *deb_file_name(const struct dpkg_package *package);
/*
 * The text of /usr/share/doc/NAME/copyright in the package, owned by the caller; NULL when it has none
 * (its folder there may be a link to another package's). 0, or -1 when the file cannot be read.
 */
int deb_copyright(const char *path, const char *name, char **ret, struct problems *problems);

#endif
