// SPDX-License-Identifier: MIT
/*
 * One call of a varlink service (varlink.org: JSON objects over a stream socket, each ending with a
 * NUL). libsystemd has a client since 257 only, which is newer than some systems that build this.
 */
#ifndef NODE_VARLINK_H
#define NODE_VARLINK_H

#include <stddef.h>

#include "common/problems.h"

/*
 * Calls `method` without parameters and waits at most timeout_ms for its reply of at most `max` bytes:
 * the JSON text, owned by the caller. -1 with a problem, also when the service replies with an error.
 */
int varlink_call(const char *path, const char *method, int timeout_ms, size_t max, char **ret,
		 struct problems *problems);

#endif
