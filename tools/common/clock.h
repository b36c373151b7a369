// SPDX-License-Identifier: MIT
/*
 * Time: deadlines on the clock that never jumps, and the delays between retries.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_BOOTTIME, milliseconds since the kernel started. */
int64_t now_ms(void);
/* Milliseconds from now until deadline_ms (a now_ms value), never negative; fits poll(2). */
int until_ms(int64_t deadline_ms);
/* Whether one of the events of poll(2) comes before the deadline; errno when not, ETIMEDOUT then. */
bool fd_wait(int fd, short events, int64_t deadline_ms);

/* The time of day: "2026-11-21 03:00 UTC"; owned by the caller. */
char *clock_text(void);

/* Uniform in [0, limit], from the kernel's random numbers: for spreading, not for secrets. */
int64_t random_up_to(int64_t limit);

/* Exponential backoff with jitter, so that a thousand hosts do not march in step. */
struct backoff {
	int64_t first_ms;
	int64_t max_ms;
	bool is_wide;       /* for thousands that fail in the same moment, see below */
	unsigned failures;
};

/*
 * The delay before the next try: at least half, at most all of first_ms * 2^failures, capped by
 * max_ms; and at least retry_after_ms (0 when the server named none) plus up to a tenth of it.
 * A wide one is drawn from all between half of first_ms and that bound, and comes on top of
 * retry_after_ms: a server that told everyone the same second is not met by everyone in it.
 */
int64_t backoff_next_ms(struct backoff *backoff, int64_t retry_after_ms);
void backoff_reset(struct backoff *backoff);

#endif
