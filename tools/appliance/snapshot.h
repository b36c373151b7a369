// SPDX-License-Identifier: MIT
/*
 * When what was read of all hosts is read again: many requests ask at once, and reading thousands of records takes
 * time, so an answer may be a little old. Whoever has one holds its lock meanwhile.
 */
#ifndef APPLIANCE_SNAPSHOT_H
#define APPLIANCE_SNAPSHOT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct snapshot {
	pthread_mutex_t lock;
	int64_t next_at_ms;     /* when it is read again */
};

void snapshot_init(struct snapshot *snapshot);
void snapshot_done(struct snapshot *snapshot);
bool snapshot_is_old(const struct snapshot *snapshot, int64_t at_ms);
/* After it was read, which began at began_ms (now_ms): it is good for keep_ms, longer when reading takes long. */
void snapshot_was_read(struct snapshot *snapshot, int64_t at_ms, int64_t began_ms, int64_t keep_ms);

#endif
