// SPDX-License-Identifier: MIT
/*
 * Packages of a build by version and digest: what a build used, as the manifest records it, and building
 * from such a record again (roost-image build --locked MANIFEST).
 *
 *	"packages": [PACKAGE...]        in the root tree
 *	"build_packages": [PACKAGE...]  in the build root besides
 *	PACKAGE = {"name": NAME, "version": TEXT, "architecture": TEXT, "sha256": HEX}
 */
#ifndef IMAGE_LOCK_H
#define IMAGE_LOCK_H

#include <jansson.h>

#include "image/dpkg_status.h"
#include "image/stage.h"

/* A package in a stage's output "packages", and of a lock: NAME TAB VERSION TAB ARCHITECTURE TAB SHA256. */
#define LOCK_LINE "%s\t%s\t%s\t%s"
enum { LOCK_NAME, LOCK_VERSION, LOCK_ARCHITECTURE, LOCK_DIGEST, LOCK_FIELDS };

/* Reads a manifest strictly. Free with lock_done, also after a failure. */
int lock_read(const char *path, struct lock *ret, struct problems *problems);
void lock_done(struct lock *lock);

/* Tells apt in `root` (preferences.d) that these versions are wanted, and no others. */
int lock_pin(const struct lock *lock, const char *root, struct problems *problems);
/* Whether each line of `lines` is in the lock; a problem for each package that is another or new. */
int lock_check(const struct lock *lock, char *const *lines, struct problems *problems);

/*
 * Writes folder/packages: what is installed, with the digests of the packages' files, which are in the folder
 * `debs`. When the build is locked, all of it must be in the lock.
 */
int lock_write_lines(const struct build *build, const struct dpkg_status *installed, const char *debs,
		     const char *folder, struct problems *problems);
/* The LOCK_LINEs that a stage wrote so, sorted. Free with strv_free. */
int lock_read_lines(const struct build *build, const char *stage, char ***ret, struct problems *problems);
/* The fields of a package's line; free with strv_free. NULL when it has none. */
char **lock_find(char *const *lines, const char *package);
/* A list of LOCK_LINEs as the manifest has them; those in `without` (may be NULL) are left out. */
json_t *lock_json(char *const *lines, char *const *without);

#endif
