// SPDX-License-Identifier: MIT
/* A connection by TCP that does not take longer than it may. */
#ifndef NODE_TCP_CONNECT_H
#define NODE_TCP_CONNECT_H

#include <netdb.h>
#include <stdint.h>

/*
 * 0 and a descriptor that does not block, for the caller to close, or an errno; ETIMEDOUT: the deadline (a
 * now_ms value) came first.
 */
int tcp_connect(const struct addrinfo *address, int64_t deadline_ms, int *ret);

#endif
