// SPDX-License-Identifier: MIT
/*
 * dpkg's list of what is installed: deb-control(5) stanzas, read as far as a list of packages needs it;
 * and which files a package brought.
 */
#ifndef IMAGE_DPKG_STATUS_H
#define IMAGE_DPKG_STATUS_H

#include "common/problems.h"

struct dpkg_package {
	char *name;
	char *version;
	char *architecture;
	char *source;       /* "name" or "name (version)"; NULL when the stanza has none, as the next */
	char *homepage;
};

struct dpkg_status {
	struct dpkg_package *packages;   /* in the file's order */
	size_t count;
};

/* Stanzas without a name, a version or an architecture are passed over, as those of removed packages. */
void dpkg_status_parse(const char *text, struct dpkg_status *ret);
/* Of what is installed in `root`. */
int dpkg_status_read(const char *root, struct dpkg_status *ret, struct problems *problems);
/* Borrowed; NULL when there is none of this name. */
const struct dpkg_package *dpkg_status_find(const struct dpkg_status *status, const char *name);
void dpkg_status_done(struct dpkg_status *status);

/* A package's file, named as apt keeps it: "bsdutils_1%3a2.41-5_amd64.deb". Owned by the caller. */
char *dpkg_deb_name(const struct dpkg_package *package);
/*
 * The paths of a package of `root`, files and folders, as dpkg-query(1) --listfiles has them; *ret is NULL
 * when dpkg has no list of it.
 */
int dpkg_files(const char *root, const char *package, char ***ret, struct problems *problems);

#endif
