// SPDX-License-Identifier: MIT
/* A token bucket; see rate.h. */
#include "appliance/rate.h"

void rate_init(struct rate *rate, unsigned per_second, unsigned burst, int64_t now_ms)
{
	*rate = (struct rate){
		.per_second = per_second,
		.burst = burst,
		.tokens = burst,
		.at_ms = now_ms,
	};
	pthread_mutex_init(&rate->lock, NULL);
}

bool rate_take(struct rate *rate, int64_t now_ms)
{
	bool may_pass = rate->per_second == 0;

	pthread_mutex_lock(&rate->lock);
	if (now_ms > rate->at_ms) {
		rate->tokens += (double)(now_ms - rate->at_ms) / 1000 * rate->per_second;
		rate->at_ms = now_ms;
	}
	if (rate->tokens > rate->burst)
		rate->tokens = rate->burst;
	if (!may_pass && rate->tokens >= 1) {
		rate->tokens -= 1;
		may_pass = true;
	}
	pthread_mutex_unlock(&rate->lock);
	return may_pass;
}
