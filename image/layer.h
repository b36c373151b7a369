// SPDX-License-Identifier: MIT
/*
 * Squashfs layers.
 */
#ifndef IMAGE_LAYER_H
#define IMAGE_LAYER_H

#include "image/stage.h"

/* The words for mksquashfs that --compress NAME stands for; NULL for an unknown name. */
const char *layer_compression(const char *name);
/* "fast, normal, ...". Owned by the caller. */
char *layer_compression_names(void);

/* Packs `tree` into folder/file. All times become `date`; all owners root when is_ours. */
int layer_pack(const struct build *build, const char *tree, const char *folder, const char *file,
	       time_t date, bool is_ours, struct problems *problems);
/* The date of the packages layer; see stage_rootfs.c. */
int layer_packages_date(const struct build *build, time_t *ret, struct problems *problems);

#endif
