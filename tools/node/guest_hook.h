// SPDX-License-Identifier: MIT
/*
 * What libvirt asks before it starts a guest (https://libvirt.org/hooks.html): a disk that another guest has locked is
 * told here, before libvirt has touched it. virtlockd refuses it too, but only after libvirt gave the file to QEMU's
 * user; libvirt takes it back for root then, on NFS from the guest that runs on another host.
 */
#ifndef NODE_GUEST_HOOK_H
#define NODE_GUEST_HOOK_H

#include "common/problems.h"

#define GUEST_HOOK_MARKS "/run/roost/guests-incoming" /* a file for each guest that is about to come */
#define GUEST_HOOK_MARK_S 60

/*
 * Answers libvirt about the guest `name`: `operation` is "migrate" when it is about to come from another host, which
 * has its disks locked until then, and "prepare" before each start; nothing else asks anything. xml: libvirt's, of the
 * guest. root: where the marks and libvirt's active pools are. 0, or -1 and a problem that names the disk. Asks the disks' servers; who calls bounds it.
 */
int guest_hook(const char *root, const char *name, const char *operation, const char *xml, struct problems *problems);

#endif
