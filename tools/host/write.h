// SPDX-License-Identifier: MIT
/*
 * The writers: from a struct host to the files of the programs that do the work.
 */
#ifndef HOST_WRITE_H
#define HOST_WRITE_H

#include "host/merge.h"

/*
 * host.conf: the merged configuration as normalised kickstart, a comment "# from SOURCE:LINE" before
 * each command. host_read_kickstart reads it back.
 */
void host_write_conf(FILE *out, const struct host_merged *merged, unsigned flags);

/* A NIC of this machine. */
struct host_nic {
	char *name;
	char *mac;              /* lower case, with colons */
	bool has_carrier;
};

/* What the writer must know about the machine. Everything is borrowed. */
struct host_machine {
	const struct host_nic *nics;
	size_t nics_count;
	const char *uplink;     /* name of the NIC that "bootif" stands for; NULL when there is none */
	const char *link;       /* the first NIC with carrier: what "link" stands for; may be NULL */
};

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
 * systemd-networkd's *.netdev and *.network. NICs that this machine lacks are named in `notes` (may be NULL):
 * the rest is written without them. -1 with a problem when two names turn out to be one device.
 */
int host_write_networkd(const struct host *host, const struct host_machine *machine,
			struct host_units *ret, struct problems *notes, struct problems *problems);
void host_units_done(struct host_units *units);
#define autounits __attribute__((cleanup(host_units_done)))

/*
 * The device that carries the node's address, guests' bridge first: the first bridge, else the first
 * device with an address. NULL when the configuration has no network. Borrowed.
 */
const struct host_network *host_main_network(const struct host *host);
/* "br0"; for "bootif", "link" and MAC addresses the NIC's name. Owned by the caller; NULL: no such NIC. */
char *host_device_name(const char *device, const struct host_machine *machine);

#endif
