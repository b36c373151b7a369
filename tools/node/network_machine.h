// SPDX-License-Identifier: MIT
/*
 * The NICs that roost-network has to work with, and which of them is the uplink.
 */
#ifndef NODE_NETWORK_MACHINE_H
#define NODE_NETWORK_MACHINE_H

#include "host/write.h"

/* Owns what host_machine borrows. */
struct network_machine {
	struct host_nic *nics;  /* sorted by name */
	size_t count;
	char *uplink;
	char *link;
};

struct uplink_query {
	const char *root;
	const char *bootif;     /* MAC address of the command line; NULL: none */
	const char *previous;   /* NIC that was the uplink until now: stays it; NULL: none */
	bool is_needed;         /* the configuration says bootif or link */
	int wait_ms;            /* at most, for a NIC and for carrier */
};

/*
 * Looks at /sys/class/net and, when it has to find an uplink among several NICs, brings them up and
 * waits for carrier. Below another root nothing is touched and nothing is waited for. A problem in
 * `notes` when the uplink that was asked for is not there.
 */
void network_machine_find(const struct uplink_query *query, struct network_machine *ret,
			  struct problems *notes);
void network_machine_done(struct network_machine *machine);
/* Borrows. */
struct host_machine network_machine_view(const struct network_machine *machine);

#define automachine __attribute__((cleanup(network_machine_done)))

#endif
