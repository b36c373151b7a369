// SPDX-License-Identifier: MIT
/* Pools in a folder of the node (type dir), which lives in RAM unless something is mounted there. */
#include "node/storage.h"

const struct pool_type pool_dir = { .name = "dir", .id = HOST_POOL_DIR, .builds_target = true };
