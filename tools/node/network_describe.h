// SPDX-License-Identifier: MIT
/*
 * What the configuration says of the network that the appliance is reached through.
 */
#ifndef NODE_NETWORK_DESCRIBE_H
#define NODE_NETWORK_DESCRIBE_H

#include "host/machine.h"
#include "host/network.h"
#include "node/network_state.h"

/* A state from the configuration; what the kernel says of it comes from network_state_look. */
void network_describe(const struct host *host, const struct host_machine *machine,
		      struct network_state *ret);
/* Whether it is DHCP on the uplink, and nothing in between could be wrong: then there is no plainer one. */
bool network_is_plain(const struct host *host, const struct host_machine *machine);

/*
 * Before the new files are taken over: the index of the device whose DHCP has to begin anew, as a bridge
 * is about to get another port, or it has no lease yet; 0: none. networkd does not see it: it holds on to
 * leases over a short loss of carrier, and asks more and more rarely where nobody has answered.
 */
unsigned network_stale_lease(const char *root, const struct host *host,
			     const struct host_machine *machine, const struct network_state *state);

#endif
