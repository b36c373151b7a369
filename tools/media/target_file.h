// SPDX-License-Identifier: MIT
/* Files as targets: part of target.c, which alone calls these. */
#ifndef MEDIA_TARGET_FILE_H
#define MEDIA_TARGET_FILE_H

#include "media/target.h"

/* A path where there is nothing yet: can a file be made there, and is there room. */
int target_file_check_new(struct target *target, const struct target_wish *wish,
			  struct problems *problems);
/* A regular file; path is target->path resolved. */
int target_file_open(struct target *target, const char *path, const struct target_wish *wish,
		     struct problems *problems);
int target_file_begin(struct target *target, struct problems *problems);

#endif
