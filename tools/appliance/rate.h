// SPDX-License-Identifier: MIT
/*
 * A token bucket: so many a second, and a burst of so many. May be used by several threads.
 */
#ifndef APPLIANCE_RATE_H
#define APPLIANCE_RATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rate {
	pthread_mutex_t lock;
	unsigned per_second; /* 0: no limit */
	unsigned burst;
	double tokens;
	int64_t at_ms;
};

void rate_init(struct rate *rate, unsigned per_second, unsigned burst, int64_t now_ms);
/* True when one more may pass at now_ms. */
bool rate_take(struct rate *rate, int64_t now_ms);

#endif
