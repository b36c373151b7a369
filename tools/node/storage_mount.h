// SPDX-License-Identifier: MIT
/*
 * NFS mounts as runtime units of systemd, so that whoever starts last finds them mounted and nobody
 * waits for a dead server without a bound, least of all the shutdown.
 */
#ifndef NODE_STORAGE_MOUNT_H
#define NODE_STORAGE_MOUNT_H

#include "node/storage_tasks.h"

#define MOUNT_LIMIT_S 60     /* a slow host loads the modules for half a minute */
#define UNMOUNT_LIMIT_S 15   /* how long a dead server may hold up a shutdown */
#define MOUNT_TASK_MS 90000
#define NFS_DEFAULT_PORT 2049

/* unit_name_escape(path) of systemd-escape(1) --path, with ".mount". Owned by the caller. */
char *mount_unit_name(const char *path);
/*
 * The mount options: Roost's defaults, each replaced by an option of the same meaning from `opts`
 * (NULL-terminated, may be NULL), then the rest of `opts`. Owned by the caller.
 */
char *nfs_options(char *const *opts);
/* The port of `opts`' "port=", or NFS_DEFAULT_PORT. */
int nfs_port(char *const *opts);
/* Options that would undo the bounds: a problem. */
int nfs_check_options(char *const *opts, struct problems *problems);
/* "HOST:PATH", with brackets around IPv6. Owned by the caller. */
char *nfs_source(const char *host, const char *path);
char *mount_unit_text(const char *source, const char *target, const char *options);

struct nfs_mount {
	const char *host;
	int port;
	const char *unit_name;
	const char *source, *target, *options;
};

/*
 * Mounts it unless it is mounted, after asking whether the server is there. A task; `arg` is a struct
 * nfs_mount.
 */
int nfs_attach(const void *arg, struct task_result *ret, struct problems *problems);

#endif
