// SPDX-License-Identifier: MIT
/* A NIC: what is there before any configuration. */
#include "host/kind.h"

static bool is_nic(const struct host_network *network)
{
	(void)network;
	return true;
}

const struct host_kind host_kind_nic = {
	.name = "nic",
	.is = is_nic,
};
