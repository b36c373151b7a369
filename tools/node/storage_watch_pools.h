// SPDX-License-Identifier: MIT
/* What follows from a look at the pools: storage_watch.c's other half. */
#ifndef NODE_STORAGE_WATCH_POOLS_H
#define NODE_STORAGE_WATCH_POOLS_H

#include "common/json.h"
#include "node/storage.h"

/* What is remembered of a pool. */
struct watched {
	const char *kind;
	char *name;
	unsigned misses;        /* looks without an answer, in a row */
	bool was_silent;        /* at the last look */
	bool was_running;       /* at some look, and not stopped since */
	long long changed_ns;   /* of its folder, when its volumes were listed last; 0: never */
	pid_t asking;           /* a process that asks its mount, longer than it should; 0: none */
};

struct watch {
	const char *root, *uri;
	bool disks_changed;     /* since the last look */
	struct watched *items;
	size_t count;
	int64_t written_ms;     /* when figures were last written to the report */
	int64_t asked_ms;       /* when libvirt was last asked which pools run */
};

enum apply_wish {
	APPLY_NOT,
	APPLY_SOON,     /* at the latest when its own next try is due */
	APPLY_NOW,      /* what it waits for has just come back */
};

/*
 * Looks at the plan's pools, stops those whose source is gone, lists volumes anew, and brings `report`
 * (storage.json, of this plan) up to date. Blocks for as long as its children may take: a minute at most.
 */
enum apply_wish watch_pools(struct watch *watch, const struct storage_plan *plan, json_t *report);

#endif
