// SPDX-License-Identifier: MIT
/* Does anything listen there? Asked before a kernel client asks, which would wait much longer. */
#ifndef NODE_STORAGE_PROBE_H
#define NODE_STORAGE_PROBE_H

#include "common/problems.h"

#define PROBE_MS 5000 /* of a server that is about to be attached */

/*
 * Connects by TCP and closes at once. `host` is a name or an address. 0, or -1 and a problem that
 * tells apart: no such name, refused, no answer in time, no route.
 */
int probe_tcp(const char *host, int port, int timeout_ms, struct problems *problems);

#endif
