// SPDX-License-Identifier: MIT
/* Which mirror is asked next; see fetch_mirrors.h. */
#include "node/fetch_mirrors.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 30000

int mirrors_add(struct mirrors *mirrors, const char *text, struct problems *problems)
{
	struct http_url url;

	if (http_url_read(text, &url, problems) < 0)
		return -1;
	for (size_t i = 0; i < mirrors->count; i++) {
		if (!streq(mirrors->items[i].url.text, url.text))
			continue;
		http_url_done(&url);
		return problem(problems, "%s: given twice", mirrors->items[i].url.text);
	}
	if (mirrors->count == MIRRORS_MAX) {
		http_url_done(&url);
		return problem(problems, "more than %d mirrors", MIRRORS_MAX);
	}
	mirrors->items = xreallocarray(mirrors->items, mirrors->count + 1, sizeof(*mirrors->items));
	mirrors->items[mirrors->count++] = (struct mirror){
		.url = url,
		.backoff = { .first_ms = BACKOFF_FIRST_MS, .max_ms = BACKOFF_MAX_MS, .is_wide = true },
	};
	return 0;
}

void mirrors_done(struct mirrors *mirrors)
{
	for (size_t i = 0; i < mirrors->count; i++)
		http_url_done(&mirrors->items[i].url);
	free(mirrors->items);
	*mirrors = (struct mirrors){ 0 };
}

/* While there is one that was never wrong and is not given up, the others are left alone. */
static bool are_bad_ones_avoided(const struct mirrors *mirrors)
{
	for (size_t i = 0; i < mirrors->count; i++)
		if (mirrors->items[i].wrong == 0 && mirrors->items[i].failures < MIRROR_GIVEN_UP)
			return true;
	return false;
}

size_t mirrors_choose(const struct mirrors *mirrors, size_t preferred, int64_t now)
{
	bool avoid = are_bad_ones_avoided(mirrors);
	size_t ready[MIRRORS_MAX], count = 0, first = MIRROR_NONE;

	for (size_t i = 0; i < mirrors->count; i++) {
		const struct mirror *mirror = &mirrors->items[i];

		if (avoid && mirror->wrong > 0)
			continue;
		if (mirror->ready_ms <= now)
			ready[count++] = i;
		if (first == MIRROR_NONE || mirror->ready_ms < mirrors->items[first].ready_ms)
			first = i;
	}
	for (size_t i = 0; i < count; i++)
		if (ready[i] == preferred)
			return preferred;
	return count > 0 ? ready[random_up_to((int64_t)count - 1)] : first;
}

void mirror_failed(struct mirror *mirror, int64_t retry_after_ms, int64_t now)
{
	mirror->failures++;
	mirror->failures_all++;
	mirror->ready_ms = now + backoff_next_ms(&mirror->backoff, retry_after_ms);
}

void mirror_worked(struct mirror *mirror)
{
	mirror->failures = 0;
	mirror->ready_ms = 0;
	backoff_reset(&mirror->backoff);
}
