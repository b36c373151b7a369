// SPDX-License-Identifier: MIT
/*
 * One build, from the kickstart's path to struct build.
 */
#ifndef IMAGE_BUILD_H
#define IMAGE_BUILD_H

#include "image/stage.h"

/*
 * Reads the kickstart and finds everything that stages need to know: the project's folder (the one
 * above the kickstart's that holds overlay/ and tools/), the mirror, the date. `out` is made. `locked`
 * may be NULL, or the manifest of an earlier build, whose packages are wanted.
 * Free with build_done, also after a failure.
 */
int build_prepare(const char *kickstart, const char *out, const char *compression,
		  const char *locked, struct build *ret, struct problems *problems);
/* Only the kickstart: syntax, commands, packages, trim rules. */
int build_check(const char *kickstart, struct problems *problems);
/* The packages that the kickstart names, a line each. */
int build_print_packages(const char *kickstart, FILE *out, struct problems *problems);
/* Links the results of the last stages into OUT. */
int build_publish(const struct build *build, struct problems *problems);
void build_done(struct build *build);

#endif
