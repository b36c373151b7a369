// SPDX-License-Identifier: MIT
/* Running a program outside the caller's sandbox: what mount(8), LVM and a discovery need, our units may not have. */
#ifndef NODE_RUN_OUTSIDE_H
#define NODE_RUN_OUTSIDE_H

#include "common/process.h"

/*
 * Runs `argv` (NULL-terminated) as a transient unit, at most limit_s seconds, and waits for it.
 * `properties` ("NAME=VALUE" of systemd.exec(5), NULL-terminated) may be NULL.
 * Returns and fills as process_run does, with the last 256 KiB of output; at a time-out the result has no output.
 */
int run_outside(const char *const *properties, const char *const *argv, int limit_s,
		struct process_result *ret, struct problems *problems);

#endif
