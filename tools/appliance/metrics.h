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
#define METRICS_STATUSES 18

struct listener_metrics {
	atomic_ullong requests[METRICS_STATUSES];
	atomic_ullong file_bytes; /* of boot files, that went out */
	atomic_ullong refused;    /* told to come again: too much at once */
	atomic_ullong cut;        /* downloads that were too slow */
};

struct metrics {
	struct listener_metrics listeners[3]; /* by listener_index() */
	atomic_ullong registrations[METRICS_STATUSES];
	atomic_ullong heartbeats;
	int64_t started_at;
};

void metrics_count(atomic_ullong counters[METRICS_STATUSES], unsigned status);

struct appliance;
/* NULL with a problem when the store cannot be read. Owned by the caller. */
char *metrics_text(struct appliance *appliance, int64_t now, struct problems *problems);

#endif
