// SPDX-License-Identifier: MIT
/* /run/roost/storage.json: what is attached, and why the rest is not. */
#ifndef NODE_STORAGE_REPORT_H
#define NODE_STORAGE_REPORT_H

#include "node/storage.h"
#include "node/storage_look.h"
#include "node/storage_sysfs.h"

#define STORAGE_REPORT_PATH "/run/roost/storage.json"

/*
 * {"state": "ok|degraded|none", "configuration": SHA-256 of the host.conf it is of, "items": [{"kind",
 * "name", "state": "ok|degraded|failed", "reason", "note", "volumes" (of pools)}]}. "degraded" is what is
 * tried again: not attached, or attached with something missing; then there is a note as well.
 * "failed" is what trying again does not help. Owned by the caller.
 */
json_t *storage_report_make(const struct tasks *tasks, const char *configuration);
/* The present report, or NULL. Owned by the caller. */
json_t *storage_report_read(const char *root);
/* Whether the report says the same of this task as the task itself does. `report` may be NULL. */
bool storage_report_has(const json_t *report, const struct task *task);

/*
 * What the watch changes in a report between two applies. Nothing here adds an item.
 */
/* The item, borrowed; NULL: there is none. */
json_t *storage_report_find(const json_t *report, const char *kind, const char *name);
bool storage_report_is_ok(const json_t *report, const char *kind, const char *name);
/* The item becomes degraded for this reason, and the report with it. Whether that is news. */
bool storage_report_degrade(json_t *report, const char *kind, const char *name, const char *reason);
/* The number of a pool's volumes, and its note. Whether that is news. */
bool storage_report_volumes(json_t *report, const char *pool, int volumes, const char *note);
/* "latency_ms", "free_bytes" and "size_bytes" of the NFS item; null where they are not known. */
void storage_report_figures(json_t *report, const char *source, const struct pool_look *look);
void storage_report_set_figures(json_t *item, const struct pool_look *look);
bool storage_report_has_figures(const json_t *report, const char *source);
/* "sessions" of the iSCSI item: [{"portal", "state": "up|lost|none"}]. Whether that is news. */
bool storage_report_sessions(json_t *report, const struct iscsi_seen_list *seen,
			     const struct iscsi_target *target);

/* "maps" of the iSCSI item, when its paths are joined, as multipath_look has them. Whether that is news. */
bool storage_report_maps(json_t *report, const char *root, const struct iscsi_seen_list *seen,
			 const struct iscsi_target *target);

/* For people: one line an item. */
void storage_report_print(const json_t *report, FILE *out);

#endif
