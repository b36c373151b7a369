// SPDX-License-Identifier: MIT
/*
 * The licences that a package's /usr/share/doc/NAME/copyright declares, when it is machine-readable
 * (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
 */
#ifndef IMAGE_COPYRIGHT_H
#define IMAGE_COPYRIGHT_H

#include "common/problems.h"

/*
 * An SPDX licence expression of all that its files are under ("GPL-2.0-or-later AND MIT"), owned by the
 * caller. NULL when the text is not machine-readable, or names a licence that SPDX has no plain
 * name for: then a person has to read it.
 */
char *copyright_license(const char *text);
/*
 * Of a package's file in `tree`. *ret is NULL also when there is none: its folder there may be a link to
 * another package's.
 */
int copyright_of(const char *tree, const char *package, char **ret, struct problems *problems);

#endif
