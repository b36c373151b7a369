// SPDX-License-Identifier: MIT
/*
 * What the appliance is told of a host's storage with each heartbeat: storage.json in the words of
 * `roost storage status --json`, within bounds.
 */
#ifndef NODE_STORAGE_SUMMARY_H
#define NODE_STORAGE_SUMMARY_H

#include "common/json.h"

#define SUMMARY_ITEMS_MAX 128
#define SUMMARY_MAPS_MAX 64  /* of all items together */
#define SUMMARY_TEXT_MAX 300 /* bytes of a reason or a note */

/*
 * {"state", "configuration", "is_applied", "differs", "counts": {"ok", "degraded", "failed"},
 *  "items": [{"kind", "name", "state", "reason", "note", "volumes", "latency_ms", "free_bytes",
 *             "size_bytes", "sessions", "maps"}], "left_out": number of items, "maps_left_out": number of maps of the
 *  items that are there}
 * Items that are not well come first, so that none of the well ones takes their place; so do maps. `report` is
 * storage.json, `configuration` the SHA-256 of host.conf (NULL: there is none). Owned by the caller.
 */
json_t *storage_summary(const json_t *report, const char *configuration);

#endif
