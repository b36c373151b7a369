// SPDX-License-Identifier: MIT
/*
 * Sends the journal to the receiver that host.conf names (`logging --host`), from the boot's first entry on
 * and each entry at least once: one counts as delivered when the receiver's system has acknowledged it and
 * the connection has lived on for a second. While the receiver is away the journal keeps what comes.
 *
 *	/run/roost/logs.json   {"state": "ok" | "degraded", "reason", "receiver": "host:port"}
 *	/run/roost/log-cursor  the last entry that was delivered: after a restart it goes on there
 */
#ifndef NODE_LOG_SEND_H
#define NODE_LOG_SEND_H

#include "common/problems.h"

#define LOGS_JSON "/run/roost/logs.json"

/* Returns when host.conf names no receiver (any more): EXIT_DONE. Otherwise an exit code and a problem. */
int log_send(const char *root, struct problems *problems);

#endif
