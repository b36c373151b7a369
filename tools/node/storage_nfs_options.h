// SPDX-License-Identifier: MIT
/* NFS mount options: Roost's defaults for each version of the protocol, and what replaces them. */
#ifndef NODE_STORAGE_NFS_OPTIONS_H
#define NODE_STORAGE_NFS_OPTIONS_H

#include "common/problems.h"

#define NFS_DEFAULT_PORT 2049

/*
 * The mount options: Roost's defaults for the version that `opts` names, each replaced by an option of
 * the same meaning from `opts` (NULL-terminated, may be NULL), then the rest of `opts`. Owned by the
 * caller.
 */
char *nfs_options(char *const *opts);
/* The port of `opts`' "port=", or NFS_DEFAULT_PORT. */
int nfs_port(char *const *opts);
/* Whether `opts` ask for a mount that nobody writes to. */
bool nfs_is_read_only(char *const *opts);
/* Options that would undo the bounds, and versions that there are not: a problem. */
int nfs_check_options(char *const *opts, struct problems *problems);

#endif
