// SPDX-License-Identifier: MIT
/*
 * Whether libvirt can use a folder for guests' disks. libvirtd, as root, makes a file and gives it to
 * the user that runs QEMU, who writes and reads it. This does the same with a small hidden file.
 */
#ifndef NODE_STORAGE_ACCESS_H
#define NODE_STORAGE_ACCESS_H

#include "common/problems.h"

/* The name of the user that libvirt runs QEMU as: qemu.conf's, or the package's. Owned by the caller. */
char *access_qemu_user(const char *root);
/*
 * Looks at `folder` as root and as `user`: only reads when is_read_only. 0; *ret_note, owned by the
 * caller, is then what there is to know about it, or NULL. -1 and a problem in plain words, with what
 * to do. May block for as long as the folder's server likes. Needs CAP_CHOWN, CAP_SETUID, CAP_SETGID.
 */
int access_check(const char *folder, const char *user, bool is_read_only, char **ret_note,
		 struct problems *problems);
/* The words for an errno of a folder on a server; -1. For the check and for the watch. */
int access_problem(int error, struct problems *problems);

#endif
