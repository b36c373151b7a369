// SPDX-License-Identifier: MIT
/*
 * The kernel's own messages over UDP (netconsole), for `logging --netconsole`: they come also from a kernel that
 * crashes, when no program runs any more. IPv4: the kernel is told where to send, down to the MAC.
 */
#ifndef NODE_NETCONSOLE_H
#define NODE_NETCONSOLE_H

#include "common/problems.h"

#define NETCONSOLE_MODULE "/sys/module/netconsole" /* there while it is loaded */

struct netconsole {
	const char *root;
	bool is_dry_run;     /* print the module's parameter, load nothing */
};

/*
 * An exit code: EXIT_TEMPORARY while the network is not up, or the next hop towards the receiver is not in the
 * kernel's table of neighbours (the journal's connection to the same host puts it there).
 */
int netconsole_apply(const struct netconsole *netconsole, struct problems *problems);

#endif
