// SPDX-License-Identifier: MIT
/* Deadlines and the delays between retries; see clock.h. */
#include <limits.h>
#include <sys/random.h>
#include <time.h>

#include "common/clock.h"

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int until_ms(int64_t deadline_ms)
{
	int64_t left = deadline_ms - now_ms();

	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* Uniform in [0, limit]; jitter needs no more than the kernel's best effort. */
static int64_t random_up_to(int64_t limit)
{
	uint64_t value = 0;

	if (getrandom(&value, sizeof(value), GRND_NONBLOCK) != (long)sizeof(value))
		value = (uint64_t)now_ms() * 2654435761u;
	return (int64_t)(value % ((uint64_t)limit + 1));
}

int64_t backoff_next_ms(struct backoff *backoff, int64_t retry_after_ms)
{
	int64_t delay = backoff->first_ms;

	for (unsigned i = 0; i < backoff->failures && delay < backoff->max_ms; i++)
		delay *= 2;
	if (delay > backoff->max_ms)
		delay = backoff->max_ms;
	backoff->failures++;
	if (backoff->is_wide)
		return retry_after_ms + backoff->first_ms / 2 +
		       random_up_to(delay - backoff->first_ms / 2);
	delay = delay / 2 + random_up_to(delay / 2);
	if (delay < retry_after_ms)
		delay = retry_after_ms + random_up_to(retry_after_ms / 10);
	return delay;
}

void backoff_reset(struct backoff *backoff)
{
	backoff->failures = 0;
}
