// SPDX-License-Identifier: MIT
/* Connections to sockets in the file system, below whatever root. */
#ifndef NODE_UNIX_SOCKET_H
#define NODE_UNIX_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/* A non-blocking stream, or -1 with errno. The path may be longer than an address has room for. */
int unix_socket_connect(const char *path);
/* All of it before the deadline (now_ms), or -1 with errno. */
int unix_socket_send(int fd, const char *data, size_t len, int64_t deadline_ms);

#endif
