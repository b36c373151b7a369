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

/* What stage_layer_net.c leaves beside its layer: paths that the packages layer does without. */
#define LAYER_NET_SHARED "shared"

struct layer {
	const char *tree;       /* that is packed */
	const char *folder;     /* where the result goes */
	const char *name;       /* of the result: "NAME.squashfs" */
	time_t date;            /* which all its times become */
	bool is_ours;           /* all owners are root */
	const char *without;    /* a folder with a LAYER_NET_SHARED; may be NULL */
};

int layer_pack(const struct build *build, const struct layer *layer, struct problems *problems);

#endif
