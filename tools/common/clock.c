// SPDX-License-Identifier: MIT
/* Deadlines and the delays between retries; see clock.h. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/random.h>
#include <time.h>

#include "common/clock.h"
#include "common/str.h"

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

bool fd_wait(int fd, short events, int64_t deadline_ms)
{
	struct pollfd wait = { .fd = fd, .events = events };
	int r;

	do
		r = poll(&wait, 1, until_ms(deadline_ms));
	while (r < 0 && errno == EINTR);
	if (r == 0)
		errno = ETIMEDOUT;
	return r > 0;
}

int64_t random_up_to(int64_t limit)
{
	uint64_t value = 0;

	/* Early in the boot the kernel may not be ready: then its best effort has to do. */
	if (getrandom(&value, sizeof(value), GRND_INSECURE) != (long)sizeof(value))
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

char *clock_text(void)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%F %H:%M UTC", &tm);
	return xstrdup(text);
}
