// SPDX-License-Identifier: MIT
/*
 * The servers that have the layers, and which one is asked next. A node begins with any of them, so
 * that a thousand nodes spread; stays with one that works; and goes to another when it fails. Each
 * mirror has its own backoff, so going to the next one waits for nothing. A mirror whose bytes were
 * wrong is asked only when every other one has failed MIRROR_GIVEN_UP times in a row.
 */
#ifndef NODE_FETCH_MIRRORS_H
#define NODE_FETCH_MIRRORS_H

#include "common/clock.h"
#include "common/http_url.h"

#define MIRRORS_MAX 32
#define MIRROR_GIVEN_UP 3
#define MIRROR_NONE ((size_t)-1)

struct mirror {
	struct http_url url;
	struct backoff backoff;
	int64_t ready_ms;      /* not before, on now_ms's clock */
	unsigned failures;     /* in a row */
	unsigned wrong;        /* how often its bytes had another digest than the manifest's */
	unsigned failures_all; /* for the summary, as is the next */
	uint64_t bytes;        /* of bodies, whatever became of them */
};

struct mirrors {
	struct mirror *items;
	size_t count;
};

/* 0, or -1 with a problem: no URL that can be used, there already, or more than MIRRORS_MAX. */
int mirrors_add(struct mirrors *mirrors, const char *url, struct problems *problems);
void mirrors_done(struct mirrors *mirrors);

/*
 * The mirror for the next try, not before its ready_ms: `preferred` (MIRROR_NONE: none) when it is
 * ready, else any one that is ready, else the first that will be. There must be at least one.
 */
size_t mirrors_choose(const struct mirrors *mirrors, size_t preferred, int64_t now);

/* retry_after_ms: what the server asked for, 0 when it did not. */
void mirror_failed(struct mirror *mirror, int64_t retry_after_ms, int64_t now);
void mirror_worked(struct mirror *mirror);

#endif
