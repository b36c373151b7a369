// SPDX-License-Identifier: MIT
/*
 * Shared libraries that nothing needs any more once programs have gone. What needs what is read from
 * the files (elf.h): a library that is only opened by name while a program runs (dlopen) looks
 * unneeded, and must be kept by name.
 */
#ifndef IMAGE_TRIM_LIBRARIES_H
#define IMAGE_TRIM_LIBRARIES_H

#include "common/problems.h"

#define TRIM_LIBRARY_FOLDER "/usr/lib/x86_64-linux-gnu"

/*
 * Removes from tree's library folder (not from folders in it: those have plugins) each library, and
 * each link to one, whose name matches `pattern` (glob(7)), which is at none of the paths
 * `kept`, and which no other file in the tree needs. *ret_count is how many went.
 */
int trim_libraries(const char *tree, const char *pattern, char *const *kept, size_t *ret_count,
		   struct problems *problems);

#endif
