// SPDX-License-Identifier: MIT
/*
 * Counters of the running appliance, and all figures as Prometheus text
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). What is counted in the store
 * (hosts, pools) is read when asked for.
 */
#ifndef APPLIANCE_METRICS_H
#define APPLIANCE_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "common/problems.h"

/* The statuses that are counted one by one; others as "other". A bounded set of labels. */
#define METRICS_STATUSES 17

struct metrics {
	atomic_ullong requests[METRICS_STATUSES];
	atomic_ullong registrations[METRICS_STATUSES];
	atomic_ullong heartbeats;
	atomic_ullong boot_bytes;
	int64_t started_at;
};

void metrics_count(atomic_ullong counters[METRICS_STATUSES], unsigned status);

struct appliance;
/* NULL with a problem when the store cannot be read. Owned by the caller. */
char *metrics_text(struct appliance *appliance, int64_t now, struct problems *problems);

#endif
