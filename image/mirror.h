// SPDX-License-Identifier: MIT
/*
 * Where Debian's packages come from: the mirror that the build machine's apt uses, so that no
 * mirror is named in the project.
 */
#ifndef IMAGE_MIRROR_H
#define IMAGE_MIRROR_H

#include "common/problems.h"

struct mirror {
	char *main;      /* such as http://mirror.example.org/debian */
	char *security;  /* NULL when this machine has no security source */
};

/*
 * Reads ROOT/etc/apt/sources.list and sources.list.d (one-line and deb822 formats, apt's
 * sources.list(5)). `override`, when not NULL, is taken for the main mirror.
 */
int mirror_find(const char *root, const char *override, struct mirror *ret,
		struct problems *problems);
/* One short exchange with the main mirror, so that a dead one gives one clear line. */
int mirror_check(const struct mirror *mirror, const char *suite, struct problems *problems);
void mirror_done(struct mirror *mirror);

#endif
