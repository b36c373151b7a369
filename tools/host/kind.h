// SPDX-License-Identifier: MIT
/*
 * Kinds of network devices. A kind is one file, kind_NAME.c, that ends in a const descriptor, and
 * one line in kinds.c. The checks and the systemd-networkd writer know nothing else about it.
 */
#ifndef HOST_KIND_H
#define HOST_KIND_H

#include "host/graph.h"

struct host_kind {
	const char *name;       /* networkd's Kind=: "bridge"; "nic" for hardware */
	/* Whether a `network` command makes such a device. */
	bool (*is)(const struct host_network *network);
	/* The i-th device below, borrowed; NULL behind the last. A NULL function: there are none. */
	const char *(*port)(const struct host_network *network, size_t i);
	/* The option that names the devices below, for messages. */
	const char *ports_option;
	/* The line in a port's .network that ties it to this device: "Bridge", "Bond", "VLAN". */
	const char *port_line;
	/* Whether a port belongs to this device alone and can have no address of its own. */
	bool owns_ports;
	/* Rules of the kind's own options; messages through ks_problem. May be NULL. */
	int (*check)(const struct host_network *network, struct problems *problems);
	/* The sections of the .netdev behind [NetDev]. NULL: the kernel has the device already. */
	void (*write_netdev)(FILE *out, const struct host_network *network);
	/*
	 * Whether a device that was made from the sections `before` has to be made anew for `after`. NULL:
	 * never; a bridge has ports of guests, who would be cut off.
	 */
	bool (*needs_new)(const char *before, const char *after);
	/* More lines for the [Network] section of a port's .network. May be NULL. */
	void (*write_port)(FILE *out, const struct host_network *network,
			   const struct host_device *port, const struct host_machine *machine);
};

extern const struct host_kind host_kind_nic, host_kind_bond, host_kind_vlan, host_kind_bridge;

/* NULL-terminated; the last one, nic, is what all others are not. */
extern const struct host_kind *const host_kinds[];

const struct host_kind *host_kind_of(const struct host_network *network);
/* kind->port, NULL for kinds without. */
const char *host_network_port(const struct host_network *network, size_t i);
/* The name of the device that the command makes or means, as written; owned by the caller. */
char *host_network_name(const struct host_network *network);

/* The mode of the bond that the command makes, in the kernel's words: "802.3ad". */
const char *host_bond_mode(const struct host_network *network);
/* Whether the command makes a bridge that filters VLANs. */
bool host_bridge_filters_vlans(const struct host_network *network);
/* The VLAN of untagged frames on a port of it that says nothing else; 0: none. */
int host_bridge_default_pvid(const struct host_network *network);

#endif
