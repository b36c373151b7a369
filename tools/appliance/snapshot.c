// SPDX-License-Identifier: MIT
/* When what was read of all hosts is read again; see snapshot.h. */
#include "appliance/snapshot.h"
#include "common/clock.h"

/* Reading takes at most a part of the time: it is kept for this many times as long as it took. */
#define KEEP_TIMES 20

void snapshot_init(struct snapshot *snapshot)
{
	*snapshot = (struct snapshot){ 0 };
	pthread_mutex_init(&snapshot->lock, NULL);
}

void snapshot_done(struct snapshot *snapshot)
{
	pthread_mutex_destroy(&snapshot->lock);
}

bool snapshot_is_old(const struct snapshot *snapshot, int64_t at_ms)
{
	return at_ms >= snapshot->next_at_ms;
}

void snapshot_was_read(struct snapshot *snapshot, int64_t at_ms, int64_t began_ms, int64_t keep_ms)
{
	int64_t at_least_ms = (now_ms() - began_ms) * KEEP_TIMES;

	snapshot->next_at_ms = at_ms + (at_least_ms > keep_ms ? at_least_ms : keep_ms);
}
