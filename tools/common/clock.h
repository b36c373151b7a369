// SPDX-License-Identifier: MIT
/*
 * Time: deadlines on the clock that never jumps, and the delays between retries.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* CLOCK_BOOTTIME, milliseconds since the kernel started. */
int64_t now_ms(void);
/* Milliseconds from now until deadline_ms (a now_ms value), never negative; fits poll(2). */
int until_ms(int64_t deadline_ms);

/* Exponential backoff with full jitter, so that a thousand hosts do not march in step. */
struct backoff {
	int64_t first_ms;
	int64_t max_ms;
	unsigned failures;
};

/*
 * The delay before the next try: at least half, at most all of first_ms * 2^failures, capped by
 * max_ms; and at least retry_after_ms (0 when the server named none) plus up to a tenth of it.
 */
int64_t backoff_next_ms(struct backoff *backoff, int64_t retry_after_ms);
void backoff_reset(struct backoff *backoff);

#endif
