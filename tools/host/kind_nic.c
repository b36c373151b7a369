// SPDX-License-Identifier: MIT
/* A NIC: what is there before any configuration. */
#include "host/kind.h"

static bool is_nic(const struct host_network *network)
{
	(void)network;
	return true;
}

static int check_nic(const struct host_network *network, struct problems *problems)
{
	if (network->interfacename)
		return ks_problem(&host_network_command, network, "interfacename", problems,
				  "needs --vlanid");
	return 0;
}

const struct host_kind host_kind_nic = {
	.name = "nic",
	.is = is_nic,
	.check = check_nic,
};
