// SPDX-License-Identifier: MIT
/*
 * Facts: what a node says about itself. One file a kind of fact, each ending in a descriptor that is
 * listed once, in facts.c. Everything is read below a root folder (sysfs, procfs, files of the image),
 * so a recorded folder stands for a machine. What the hardware says is bounded and made valid UTF-8:
 * firmware vendors put anything into their strings.
 */
#ifndef NODE_FACTS_H
#define NODE_FACTS_H

#include "common/json.h"

#define FACT_TEXT_MAX 128   /* bytes of one string */
#define FACT_ITEMS_MAX 256  /* NICs, disks */
#define FACT_FLAGS_MAX 512  /* CPU flags */

struct fact_kind {
	const char *name;
	/*
	 * Adds its keys to `facts`. Always adds something that fits the schema (null, 0, an empty
	 * list); what could not be read is a problem, and never a reason not to register.
	 */
	int (*collect)(const char *root, json_t *facts, struct problems *problems);
};

extern const struct fact_kind facts_hostname, facts_dmi, facts_cpu, facts_memory, facts_nic,
	facts_disk, facts_firmware, facts_iscsi, facts_kvm, facts_versions, facts_crash;

/* Why guests cannot run at full speed, in words for who can change it; a constant. NULL: KVM is there. */
const char *facts_no_kvm(const char *root);

/* NULL-terminated, in the order in which they run. */
extern const struct fact_kind *const fact_kinds[];

/*
 * All of them, with "id" (see node_id.h) first. Never NULL; owned by the caller. 0 or -1 with
 * problems: the facts are usable in both cases.
 */
int facts_collect(const char *root, json_t **ret, struct problems *problems);

/*
 * A JSON string of at most `max` bytes: white space trimmed, control characters and bytes
 * that are not UTF-8 replaced by "?", cut between characters. NULL or empty gives JSON null.
 */
json_t *clean_string(const char *raw, size_t max);
/* The same with FACT_TEXT_MAX. */
json_t *fact_string(const char *raw);
/* The first line of a file below root as fact_string; null when it cannot be read. */
json_t *fact_file(const char *root, const char *path);
/* The number in a one-line file below root; `fallback` when there is none within [min, max]. */
long long fact_number(const char *root, const char *path, long long min, long long max,
		      long long fallback);

/* The names in a folder below root, sorted, without those that begin with a dot. May be NULL (empty). */
char **fact_names(const char *root, const char *folder);
/*
 * udev's name for where a device is plugged in ("pci-0000:02:00.0", its ID_PATH), read from the udev
 * record or, without one, from the last PCI address of the device's path in sysfs. NULL for a device
 * that is on no PCI bus. `folder` is that of the device ("/sys/class/net/eth0").
 */
char *fact_device_path(const char *root, const char *folder, const char *record);

#endif
