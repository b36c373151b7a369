// SPDX-License-Identifier: MIT
/*
 * Targets whose paths are joined: each LUN is one disk, a map of device mapper that multipathd keeps.
 * Which targets these are stands in MULTIPATH_FILE; udev asks roost-lun about each disk (59-roost-lun.rules),
 * and multipathd takes those disks only that got a name there (/etc/multipath.conf).
 */
#ifndef NODE_STORAGE_MULTIPATH_H
#define NODE_STORAGE_MULTIPATH_H

#include "common/json.h"
#include "node/storage.h"
#include "node/storage_sysfs.h"

#define MULTIPATH_FILE "/run/roost/multipath"
#define MULTIPATH_FILE_MAX (256 * 1024)
#define MULTIPATH_FOLDER "/dev/roost" /* a folder a target: what its LUNs are called there follows libvirt */
#define MULTIPATH_NAME_MAX 120 /* device mapper's 128 less "mpath-" */
#define MULTIPATH_WAIT_S 10    /* for the maps of a target, when its sessions are there */

/* Whether the target's paths are joined: there are several, and a map can have its name. */
bool multipath_joins(const struct iscsi_target *target);
/*
 * MULTIPATH_FILE: "TARGET ADDRESS PORT", a line each path. NULL: nothing is joined. Owned by the caller. `before`
 * is its present content (may be NULL): while a discovery has found nothing yet, nothing that is joined comes
 * apart for lack of it.
 */
char *multipath_text(const struct storage_plan *plan, const char *before);

/*
 * What the map of this disk ("sda") is called, "TARGET-lun-NUMBER". NULL when it is to have none: a
 * local disk, a target that is not joined, a disk that does not say who it is, or one path of several that
 * lead to different disks; *ret_reason (may be NULL) then says which, if that is a fault. Owned by the caller.
 */
char *multipath_name(const char *root, const char *disk, char **ret_reason);
/*
 * The names below /dev of the map ("dm-0"): by-path ones of all its portals, by-id ones, and the one for libvirt.
 * NULL when it is no map of a joined target. Owned by the caller.
 */
char **multipath_links(const char *root, const char *map);

/*
 * The maps on a target's disks: [{"name", "device", "paths": [{"disk", "portal", "state"}]}]; what is not
 * well goes into *ret_faults. A path's state is "up" or "lost".
 */
json_t *multipath_look(const char *root, const struct iscsi_seen_list *seen, const char *target,
		       char ***ret_faults);

/*
 * Brings the disks and multipathd in line with MULTIPATH_FILE, which may just have changed: maps of targets that
 * are not in it go, unless something stands on them, which is a problem.
 */
int multipath_prepare(const char *root, bool has_changed, struct problems *problems);
/* Waits for the maps of the target's disks; what is missing is told. For iscsi_attach. Owned by the caller. */
char *multipath_wait(const char *root, const char *target);

#endif
