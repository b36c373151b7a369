// SPDX-License-Identifier: MIT
/* Carrying a plan out: takes away what is stale, writes, attaches, reports. */
#ifndef NODE_STORAGE_APPLY_H
#define NODE_STORAGE_APPLY_H

#include "node/storage.h"

/*
 * Returns an exit code: EXIT_DONE; EXIT_TEMPORARY when something is worth trying again;
 * EXIT_PERMANENT when what is left undone needs another configuration. Bounded in time by the
 * tasks' limits. With a root other than "/" only files are written: no session, mount or pool of
 * the running machine is touched.
 */
int storage_apply(const char *root, const char *uri, const struct host *host,
		  const char *configuration);

#endif
