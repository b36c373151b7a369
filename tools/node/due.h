// SPDX-License-Identifier: MIT
/*
 * Who has to look at its inputs again: a file below /run/roost/due for each, until its program takes it.
 *
 * The .path unit of the same name starts the service while the file is there (PathExists=). systemd looks at
 * no path while the service runs, nor while it reads its units again, and PathChanged= never learns what
 * changed then; a file that is still there when it looks again starts the service once more.
 */
#ifndef NODE_DUE_H
#define NODE_DUE_H

#include "common/problems.h"

enum due_change {
	DUE_HOST_CONF,  /* /run/roost/host.conf */
	DUE_LOGGING,    /* it names a receiver of the journal */
	DUE_NETCONSOLE, /* where the kernel's messages go, or the way there */
	DUE_NETWORK,    /* /run/roost/network.json */
	DUE_PEERS,      /* /run/roost/peers.json */
	DUE_FIREWALL,   /* /run/roost/firewall.json */
	DUE_PKI,        /* /run/roost/pki: the host's certificate, its keytab */
	DUE_NO_ADDRESS, /* plain DHCP gets no answer */
};

/* After the change is written: marks all who follow it. 0, or -1 with a problem. */
int due_mark(const char *root, enum due_change change, struct problems *problems);
/* Before the unit's program reads its inputs. 0, also when nothing was due; or -1 with a problem. */
int due_take(const char *root, const char *unit, struct problems *problems);

#endif
