// SPDX-License-Identifier: MIT
/*
 * One build at a time in an OUT: two would take each other's half-made files for their own.
 */
#ifndef IMAGE_BUILD_LOCK_H
#define IMAGE_BUILD_LOCK_H

#include "image/stage.h"

/*
 * Takes OUT/cache/lock. When another build holds it, says so on standard error and waits, an hour at
 * most; then a problem. *ret_fd: close it to let the next one in (the end of the process does, too).
 */
int build_lock(const struct build *build, int *ret_fd, struct problems *problems);

#endif
