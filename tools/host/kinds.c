// SPDX-License-Identifier: MIT
/* The list of device kinds; see kind.h. */
#include "host/kind.h"

const struct host_kind *const host_kinds[] = {
	&host_kind_bond,
	&host_kind_bridge,
	&host_kind_vlan,
	&host_kind_nic,
	NULL,
};

const struct host_kind *host_kind_of(const struct host_network *network)
{
	const struct host_kind *const *kind = host_kinds;

	while (!(*kind)->is(network))
		kind++;
	return *kind;
}

const char *host_network_port(const struct host_network *network, size_t i)
{
	const struct host_kind *kind = host_kind_of(network);

	return kind->port ? kind->port(network, i) : NULL;
}

char *host_network_name(const struct host_network *network)
{
	if (network->vlanid && network->interfacename)
		return xstrdup(network->interfacename);
	if (network->vlanid)
		return xasprintf("%s.%d", network->device, network->vlanid);
	return xstrdup(network->device);
}
