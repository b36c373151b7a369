// SPDX-License-Identifier: MIT
/*
 * The writers: from a struct host to the files of the programs that do the work.
 */
#ifndef HOST_WRITE_H
#define HOST_WRITE_H

#include "host/machine.h"
#include "host/merge.h"
#include "host/network.h"

/*
 * host.conf: the merged configuration as normalised kickstart, a comment "# from SOURCE:LINE" before
 * each command. host_read_kickstart reads it back.
 */
void host_write_conf(FILE *out, const struct host_merged *merged, unsigned flags);

struct host_unit {
	char *name;             /* "10-roost-br0.netdev" */
	char *text;
};

struct host_units {
	struct host_unit *items;
	size_t count;
};

/* Files in /run/systemd/network whose names begin with this are ours. */
#define HOST_UNIT_PREFIX "10-roost-"

/*
 * systemd-networkd's *.netdev and *.network for this machine, checked as host_check does it, now with
 * the names that the NICs have. NICs that the machine lacks are named in `notes` (may be NULL): the rest
 * is written without them. -1 with every problem: what was fine in the text is not on this machine.
 */
int host_write_networkd(const struct host *host, const struct host_machine *machine,
			struct host_units *ret, struct problems *notes, struct problems *problems);
/*
 * Whether systemd-networkd cannot bring the device that it made from the .netdev `before` to what `after` says,
 * so that it has to be made anew.
 */
bool host_netdev_needs_new(const char *before, const char *after);
void host_units_done(struct host_units *units);
#define autounits __attribute__((cleanup(host_units_done)))

#endif
