// SPDX-License-Identifier: MIT
/*
 * The layers of the image, and stacking them.
 *
 * The medium's file roost/layers says what is stacked, the lowest layer first:
 *   file = { line NEWLINE }
 *   line = "layer" NAME | "ram" MIB | "#" comment
 * NAME is a squashfs file in the same folder. MIB bounds what the running host may write.
 */
#ifndef NODE_LAYERS_H
#define NODE_LAYERS_H

#include "common/problems.h"

struct layers {
	char **names;
	int ram_mib;
};

int layers_read(const char *text, const char *source, struct layers *ret,
		struct problems *problems);
void layers_done(struct layers *layers);

/*
 * Mounts each layer of `folder` below `state`/layers, a tmpfs at `state`/ram, and all of it as an
 * overlay at `new_root`. What is below `state` must survive the switch to the new root.
 */
int layers_stack(const struct layers *layers, const char *folder, const char *state,
		 const char *new_root, struct problems *problems);

#endif
