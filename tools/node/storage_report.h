// SPDX-License-Identifier: MIT
/* /run/roost/storage.json: what is attached, and why the rest is not. */
#ifndef NODE_STORAGE_REPORT_H
#define NODE_STORAGE_REPORT_H

#include "node/storage.h"

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
/* For people: one line an item. */
void storage_report_print(const json_t *report, FILE *out);

#endif
