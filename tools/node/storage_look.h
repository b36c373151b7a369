// SPDX-License-Identifier: MIT
/*
 * How the sources of a plan's pools are at this moment: each NFS mount is asked by a child process of its
 * own, against a deadline, because a server that is gone holds whoever asks it. Nothing is changed.
 */
#ifndef NODE_STORAGE_LOOK_H
#define NODE_STORAGE_LOOK_H

#include "node/storage.h"

#define LOOK_LIMIT_MS 5000 /* a server that takes longer is as good as gone */

enum look_state {
	LOOK_UNKNOWN,   /* nothing to ask here: another type of pool, or the plan refuses it */
	LOOK_WELL,
	LOOK_FULL,      /* it answers, and has no room */
	LOOK_ABSENT,    /* not mounted; its server answers */
	LOOK_SILENT,    /* no answer in time, or nothing listens there */
	LOOK_STALE,     /* the server does not know the folder any more: only a new mount helps */
	LOOK_BAD,       /* the server answers with another error */
};

/* Of one pool, in the plan's order. */
struct pool_look {
	enum look_state state;
	bool is_mounted;
	char *reason;           /* NULL when it is well */
	char *options;          /* of the mount, the kernel's; NULL when there is none */
	long long latency_ms;   /* of the answer; -1: none */
	long long free_bytes, size_bytes; /* -1: not known */
	long long changed_ns;   /* when names in the folder last changed; -1: not known */
	pid_t left;             /* a process that asked, and could not be ended (yet); 0: none */
};

/*
 * As many as the plan has pools. Returns within LOOK_LIMIT_MS and a second. Of those in `held` (a pool
 * each, NULL: none) a process that asked earlier hangs in the kernel still: they are silent, and nobody
 * else asks. Free with looks_free.
 */
struct pool_look *looks_take(const char *root, const struct storage_plan *plan, const bool *held);
void looks_free(struct pool_look *looks, size_t count);

#endif
