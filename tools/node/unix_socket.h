// SPDX-License-Identifier: MIT
/* Connections to sockets in the file system, below whatever root. */
#ifndef NODE_UNIX_SOCKET_H
#define NODE_UNIX_SOCKET_H

/* A non-blocking stream, or -1 with errno. The path may be longer than an address has room for. */
int unix_socket_connect(const char *path);

#endif
