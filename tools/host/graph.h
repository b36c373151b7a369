// SPDX-License-Identifier: MIT
/*
 * The configuration's devices as a graph: what is made of what. Built twice of the same commands:
 * without a machine, under the names that stand in the text, to check it anywhere; and for a machine,
 * under the names that its NICs have, to write its files.
 *
 *	collect   every command is a device
 *	link      every port learns the device above it, every VLAN the one below
 *	settle    each device gets what it has from those below: MTU, MAC address
 */
#ifndef HOST_GRAPH_H
#define HOST_GRAPH_H

#include "common/problems.h"
#include "host/host.h"
#include "host/machine.h"

#define HOST_DEFAULT_MTU 1500 /* where nothing says another */
#define HOST_DEVICES_MAX 2048 /* ports that only a list names included */

struct host_device {
	char *name;             /* on this machine; as written when there is none */
	const char *written;    /* as in the text: "bootif"; borrowed from the host, NULL for a VLAN */
	const struct host_network *network; /* the command about it; NULL: only named as a port */
	const struct host_network *named_by; /* the first command that names it: the place for messages */
	struct host_device *above; /* the bond or bridge that it is a port of; NULL: none */
	struct host_device **below; /* its ports, or the device that a VLAN is on; NULL-terminated */
	struct host_device **vlans; /* the VLANs on it; NULL-terminated; NULL: none */
	size_t index;           /* in the graph */
	/*
	 * What the device ends up with: a bond gives its own to its
	 * ports, a VLAN takes its parent's, a bridge the least of its ports'.
	 */
	int mtu;
	/*
	 * Its NIC's; that of the first port for a bond, a bridge or a VLAN, so that a DHCP server sees the
	 * same machine as during the network boot. Borrowed; NULL: the kernel's choice.
	 */
	const char *mac;
	bool is_settled;        /* the two above are known */
};

struct host_graph {
	const struct host *host;        /* borrowed, like the machine */
	const struct host_machine *machine; /* NULL: names as written */
	struct host_device **devices;   /* in the order in which the text names them */
	size_t count;
};

/*
 * Builds the graph. NICs that the machine lacks are named in `notes` (may be NULL) and left out. -1 with
 * every problem found: two commands for one device, one device in two others, too many devices. The
 * graph has then all that fits; it is to be freed in either case.
 */
int host_graph_build(const struct host *host, const struct host_machine *machine,
		     struct host_graph *ret, struct problems *notes, struct problems *problems);
void host_graph_done(struct host_graph *graph);
#define autograph __attribute__((cleanup(host_graph_done)))

/* By its name in the graph; NULL when there is none. */
struct host_device *host_graph_find(const struct host_graph *graph, const char *name);
/* A bond, a bridge or a VLAN: made by the configuration. */
bool host_device_is_made(const struct host_device *device);
/* The device on which a VLAN is; NULL for others, and for a VLAN on a NIC that is not there. */
const struct host_device *host_device_parent(const struct host_device *device);
/*
 * What holds for any graph: names, ports, loops, VLANs, MTUs, addresses, routes. Every problem is
 * found; a graph with loops is not looked at any further.
 */
int host_graph_check(const struct host_graph *graph, struct problems *problems);

#endif
