// SPDX-License-Identifier: MIT
/*
 * From host.conf to systemd-networkd's files.
 */
#ifndef NODE_NETWORK_APPLY_H
#define NODE_NETWORK_APPLY_H

#include "common/problems.h"

struct network_apply {
	const char *root;
	bool dry_run;           /* print the files instead of writing them */
	int wait_ms;            /* for carrier, at most */
};

/* Returns an exit code; its problems are printed by the caller. */
int network_apply(const struct network_apply *apply, struct problems *problems);
/*
 * Follows the network and keeps network.json and the timeline true. For ever, or, when timeout_ms is
 * not negative, until there is an address (EXIT_DONE) or the time is over (EXIT_TEMPORARY).
 */
int network_watch(const char *root, int timeout_ms, struct problems *problems);

#endif
