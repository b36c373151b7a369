// SPDX-License-Identifier: MIT
/*
 * LVM on a host that is not its guests': it sees the devices that the configuration names and no
 * other, whoever calls it (libvirt does). Volume groups of guests and strangers, on LUNs or inside
 * logical volumes, are neither activated nor read.
 */
#ifndef NODE_STORAGE_LVM_H
#define NODE_STORAGE_LVM_H

#include "common/json.h"
#include "node/storage_tasks.h"

#define LVM_FILTER_FILE "/etc/lvm/lvmlocal.conf"
#define LVM_WAIT_S 10           /* for a LUN's device, when its session is there */
#define LVM_ASK_S 30
#define LVM_TASK_MS 75000       /* above both, and systemd-run's own */

struct lvm_group {
	const char *name;       /* borrowed */
	char **devices;         /* stable names below /dev/disk or /dev/mapper */
};

/*
 * The devices of `--source-dev`: one, or several with commas between. Each must be a name that stays
 * the same over boots, and one that LVM's filter can hold. NULL and a problem otherwise.
 */
char **lvm_devices(const char *source_dev, struct problems *problems);

/*
 * LVM_FILTER_FILE: LVM sees these devices, by exactly these names. An empty vector: none at all.
 * Owned by the caller.
 */
char *lvm_filter_text(char *const *devices);

/*
 * What pvs(8) reported, in JSON, against the configuration: the group is there, whole, once, and on
 * no device but those named. -1 and a problem that says what is wrong and on which device.
 */
int lvm_check_report(const json_t *report, const struct lvm_group *group, struct problems *problems);

/*
 * Waits for the group's devices and checks it; it activates nothing. A task (storage_tasks.h); `arg`
 * is a struct lvm_group.
 */
int lvm_find_group(const void *arg, struct task_result *ret, struct problems *problems);

#endif
