// SPDX-License-Identifier: MIT
/* Whether libvirt answers, asked over its socket: no client library is loaded for that. */
#ifndef NODE_LIBVIRT_PROBE_H
#define NODE_LIBVIRT_PROBE_H

/* NULL when it answers within timeout_ms; otherwise why not. Owned by the caller. */
char *libvirt_problem(const char *root, int timeout_ms);

#endif
