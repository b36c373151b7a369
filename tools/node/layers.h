// SPDX-License-Identifier: MIT
/*
 * Stacking the layers of the image, under a layer in RAM.
 */
#ifndef NODE_LAYERS_H
#define NODE_LAYERS_H

#include "common/manifest.h"

/*
 * Mounts each of the manifest's layers, which are squashfs files in `folder`, below `state`/layers, a
 * tmpfs at `state`/ram, and all of it as an overlay at `new_root`. What is below `state` must survive
 * the switch to the new root. A layer that has not the manifest's size is refused; its digest is not
 * looked at: whoever fetched it did.
 */
int layers_stack(const struct manifest *manifest, const char *folder, const char *state,
		 const char *new_root, struct problems *problems);

#endif
