// SPDX-License-Identifier: MIT
/* Which NIC the command line means; see boot_network.h. */
#include "host/kind.h"
#include "host/network.h"
#include "node/boot_network.h"

#define DEPTH_MAX 8 /* bridge, VLAN, bond, NIC; host_check refuses no loops of names it does not know */

static const struct host_network *find(const struct host *host, const char *device)
{
	for (size_t i = 0; i < host->networks_count; i++) {
		autofree char *name = host_network_name(&host->networks[i]);

		if (streq(name, device))
			return &host->networks[i];
	}
	return NULL;
}

/* A device that the command line does not make: the NIC itself. */
static void use_nic(const struct boot_args *args, struct boot_plan *plan, const char *device)
{
	bool is_any = streq(device, "bootif") || streq(device, "link");

	plan->nic = is_any ? args->boot.bootif : device;
}

void boot_plan_make(const struct boot_args *args, struct boot_plan *ret)
{
	const struct host_network *network = host_main_network(&args->host);
	const char *device = "bootif";

	*ret = (struct boot_plan){ .network = network };
	for (int depth = 0; network && depth < DEPTH_MAX; depth++) {
		const char *port = host_network_port(network, 0);

		if (network->vlanid)
			ret->vlanid = network->vlanid;
		if (network->mtu)
			ret->mtu = network->mtu;
		device = port ? port : network->device;
		network = port ? find(&args->host, port) : NULL;
	}
	use_nic(args, ret, device);
}
