// SPDX-License-Identifier: MIT
/*
 * The build's own mount and PID namespaces: when the build ends, however it ends, the kernel ends
 * its processes and takes its mounts away. A plain user gets a user namespace as well.
 */
#ifndef IMAGE_NAMESPACE_H
#define IMAGE_NAMESPACE_H

#include "common/problems.h"

/*
 * Runs this program again inside new namespaces, with these arguments, and waits. SIGINT and
 * SIGTERM end it at once. The exit status of the inner program, 128 + signal when it was
 * interrupted (*ret_signal is then set), or -1 and a problem.
 */
int namespace_run(const char *const *arguments, int *ret_signal, struct problems *problems);

#endif
