// SPDX-License-Identifier: MIT
/* One layer, from whichever mirrors, into the folder of the fetch. */
#ifndef NODE_FETCH_LAYER_H
#define NODE_FETCH_LAYER_H

#include "node/fetch.h"

/*
 * Fetches it, the rest of it when a part is there, and gives it its name when it is verified.
 * EXIT_DONE, or EXIT_TEMPORARY or EXIT_PERMANENT with problems.
 */
int fetch_layer(struct fetch *fetch, const struct manifest_file *file, struct problems *problems);

#endif
