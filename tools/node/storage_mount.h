// SPDX-License-Identifier: MIT
/*
 * NFS mounts as runtime units of systemd, so that whoever starts last finds them mounted and nobody
 * waits for a dead server without a bound, least of all the shutdown.
 */
#ifndef NODE_STORAGE_MOUNT_H
#define NODE_STORAGE_MOUNT_H

#include "node/storage_tasks.h"

#define MOUNT_LIMIT_S 60     /* a slow host loads the modules for half a minute */
#define ACCESS_LIMIT_S 20    /* to write and read there, with a server that may die meanwhile */
#define UNMOUNT_LIMIT_S 15   /* how long a dead server may hold up a shutdown */
#define MOUNT_TASK_MS 95000

/* unit_name_escape(path) of systemd-escape(1) --path, with ".mount". Owned by the caller. */
char *mount_unit_name(const char *path);
#define NFS_CLIENT_FILE "/run/modprobe.d/roost-nfs.conf"

/*
 * NFS_CLIENT_FILE's text, read when the kernel's module is loaded: an NFS version 4 server tells clients
 * apart by a name that the kernel makes of the host name, and two hosts of one name (both still
 * without one, say) would end each other's leases for ever. Owned by the caller.
 */
char *nfs_client_text(const char *id);
/* "HOST:PATH", with brackets around IPv6. Owned by the caller. */
char *nfs_source(const char *host, const char *path);
char *mount_unit_text(const char *source, const char *target, const char *options);

/*
 * Where roost-mount listens, which systemd starts for the first that asks (roost-mount.socket). The request is a line of JSON:
 *	{"source": "HOST:PATH", "target": "/...", "options": "...", "read_only": true}
 * The answer is one line when it is not mounted, else two. Silence is no answer.
 */
#define MOUNT_SOCKET "/run/roost/mount.sock"
#define MOUNT_REQUEST_MAX 16384
#define MOUNT_FAILED "failed: " /* and why */
#define MOUNT_DONE "mounted"
#define MOUNT_WELL "well: "     /* guests can use it; and what there is to know, or nothing */
#define MOUNT_LACKS "lacks: "   /* they cannot; and why */

struct nfs_mount {
	const char *host;
	int port;
	const char *source, *target, *options;
	bool is_read_only;
};

/*
 * Mounts it unless it is mounted, after asking whether the server is there, and looks whether libvirt
 * can use it: if not, it is done with a reason. A task; `arg` is a struct nfs_mount.
 */
int nfs_attach(const void *arg, struct task_result *ret, struct problems *problems);

#endif
