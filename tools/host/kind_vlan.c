// SPDX-License-Identifier: MIT
/*
 * A VLAN: `network --device=ens3 --vlanid=171 [--interfacename=vlan171]`; ens3.171 without a name.
 */
#include "host/kind.h"

static bool is_vlan(const struct host_network *network)
{
	return network->vlanid;
}

/* The command's device is the one below. */
static const char *vlan_port(const struct host_network *network, size_t i)
{
	return i == 0 ? network->device : NULL;
}

/*
 * pykickstart's rules for names: what looks like it carries the tag must carry this one, so that
 * nobody is misled by "vlan171" on VLAN 172.
 */
static int check_name(const struct host_network *network, struct problems *problems)
{
	const char *name = network->interfacename;
	const char *dot = strrchr(name, '.');
	const char *tag = dot ? dot + 1 : str_after(name, "vlan");
	long long id;

	if (!tag || (str_to_int(tag, 1, 4094, &id) && id == network->vlanid))
		return 0;
	return ks_problem(&host_network_command, network, "interfacename", problems,
			  "\"%s\" is not valid: expected a name that ends in the VLAN's id, %d, "
			  "after a dot or after vlan", name, network->vlanid);
}

/* The name of a NIC that is told by its address or path is known on the machine only. */
static int check_vlan(const struct host_network *network, struct problems *problems)
{
	autofree char *name = host_network_name(network);

	if (!ks_is_given(&host_network_command, network, "device"))
		return ks_problem(&host_network_command, network, "device", problems,
				  "missing: a VLAN needs the device below it");
	if (network->interfacename)
		return check_name(network, problems);
	if (!host_device_is_alias(network->device) && strlen(name) > 15)
		return ks_problem(&host_network_command, network, "interfacename", problems,
				  "missing: \"%s\" is longer than the 15 characters of a device "
				  "name", name);
	return 0;
}

static void write_vlan(FILE *out, const struct host_network *network)
{
	fprintf(out, "\n[VLAN]\nId=%d\n", network->vlanid);
}

const struct host_kind host_kind_vlan = {
	.name = "vlan",
	.is = is_vlan,
	.port = vlan_port,
	.ports_option = "device",
	.port_line = "VLAN",
	.owns_ports = false,
	.check = check_vlan,
	.write_netdev = write_vlan,
};
