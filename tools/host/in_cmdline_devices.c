// SPDX-License-Identifier: MIT
/*
 * bond=, bridge= and vlan=, with the words of dracut.cmdline(7), and how they and ip= become the
 * networks of a host.
 *
 *	bond   = [ name [ ":" devices [ ":" options [ ":" mtu ] ] ] ]   bond0:eth0,eth1:mode=balance-rr
 *	bridge = [ name ":" devices ]                                   br0:eth0
 *	vlan   = name ":" device            the name ends in the id: vlan5, vlan0005, eth0.5, eth0.0005
 *
 * Guests need a bridge. So where ip= names a device that is neither a bridge nor a port of one, that
 * device becomes the port of br0, and the address is br0's.
 */
#include <ctype.h>

#include "host/in_cmdline.h"
#include "host/kind.h"

#define BRIDGE "br0"

static struct host_network *add_network(struct cmdline *cmdline, unsigned position)
{
	struct host *host = &cmdline->host;
	struct host_network *network;

	host->networks = xreallocarray(host->networks, host->networks_count + 1,
				       sizeof(*host->networks));
	network = &host->networks[host->networks_count++];
	*network = (struct host_network){ 0 };
	cmdline_start(cmdline, &host_network_command, network, position);
	return network;
}

/* "a,b" with every ifname= replaced. */
static char *device_list(const struct cmdline *cmdline, const char *text)
{
	autostrv char **names = strv_split(text, ",", true);
	autostrv char **devices = NULL;

	for (char **name = names; name && *name; name++)
		strv_push(&devices, cmdline_device(cmdline, *name));
	return strv_join(devices, ",");
}

/* Pairs have "," between them and values ";": kickstart has it the other way round. */
static char *bond_options(const char *text)
{
	autofree char *copy = xstrdup(text);

	if (!strchr(text, ';'))
		return take_ptr(copy);
	for (char *p = copy; *p; p++)
		*p = *p == ',' ? ';' : *p == ';' ? ',' : *p;
	return xasprintf("%s;", copy);
}

static int set(struct cmdline *cmdline, const struct kernel_arg *arg,
	       struct host_network *network, const char *option, const char *what,
	       const char *text)
{
	return cmdline_set(cmdline, arg, &host_network_command, network, option, what, text);
}

static int check_kind(const struct host_network *network, struct problems *problems)
{
	return host_kind_of(network)->check(network, problems);
}

int cmdline_read_bond(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	autostrv char **fields = cmdline_fields(arg->value[0] ? arg->value :
						"bond0:eth0,eth1:mode=balance-rr");
	size_t count = strv_len(fields);
	autofree char *devices = NULL, *options = NULL;
	struct host_network *network;
	int bad = 0;

	if (count == 0 || count > 4)
		return cmdline_problem(cmdline, arg, "expected NAME:DEVICE,DEVICE[:OPTIONS[:MTU]]");
	devices = device_list(cmdline, count > 1 ? fields[1] : "eth0,eth1");
	network = add_network(cmdline, arg->position);
	bad |= set(cmdline, arg, network, "device", "name", fields[0]);
	bad |= set(cmdline, arg, network, "bondslaves", "devices", devices);
	if (count > 2 && fields[2][0]) {
		options = bond_options(fields[2]);
		bad |= set(cmdline, arg, network, "bondopts", "options", options);
	}
	if (count > 3 && fields[3][0])
		bad |= set(cmdline, arg, network, "mtu", "MTU", fields[3]);
	return bad ? -1 : check_kind(network, cmdline->problems);
}

int cmdline_read_bridge(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	autostrv char **fields = cmdline_fields(arg->value[0] ? arg->value : BRIDGE ":eth0");
	struct host_network *network;
	autofree char *devices = NULL;
	int bad = 0;

	if (strv_len(fields) != 2)
		return cmdline_problem(cmdline, arg, "expected NAME:DEVICE[,DEVICE...]");
	devices = device_list(cmdline, fields[1]);
	network = add_network(cmdline, arg->position);
	bad |= set(cmdline, arg, network, "device", "name", fields[0]);
	bad |= set(cmdline, arg, network, "bridgeslaves", "devices", devices);
	return bad ? -1 : 0;
}

int cmdline_read_vlan(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	autostrv char **fields = cmdline_fields(arg->value);
	struct host_network *network;
	const char *digits;
	int bad = 0;

	if (strv_len(fields) != 2 || !fields[0][0])
		return cmdline_problem(cmdline, arg, "expected NAME:DEVICE");
	digits = fields[0] + strlen(fields[0]);
	while (digits > fields[0] && isdigit((unsigned char)digits[-1]))
		digits--;
	if (!*digits)
		return cmdline_problem(cmdline, arg, "expected a name that ends in the VLAN's id, "
				       "such as vlan5 or eth0.5");
	network = add_network(cmdline, arg->position);
	bad |= set(cmdline, arg, network, "device", "device",
		   cmdline_device(cmdline, fields[1]));
	bad |= set(cmdline, arg, network, "vlanid", "id", digits);
	bad |= set(cmdline, arg, network, "interfacename", "name", fields[0]);
	return bad ? -1 : check_kind(network, cmdline->problems);
}

/* The bridge with this name or this port. */
static struct host_network *find_bridge(struct cmdline *cmdline, const char *device)
{
	for (size_t i = 0; i < cmdline->host.networks_count; i++) {
		struct host_network *network = &cmdline->host.networks[i];

		if (network->bridgeslaves && (streq(network->device, device) ||
					      strv_contains(network->bridgeslaves, device)))
			return network;
	}
	return NULL;
}

static struct host_network *find_device(struct cmdline *cmdline, const char *device)
{
	for (size_t i = 0; i < cmdline->host.networks_count; i++) {
		struct host_network *network = &cmdline->host.networks[i];
		autofree char *name = host_network_name(network);

		if (streq(name, device))
			return network;
	}
	return NULL;
}

static bool has_bridge(struct cmdline *cmdline, const char *name)
{
	struct host_network *network = find_device(cmdline, name);

	return network && network->bridgeslaves;
}

/* Options that ip= gives to the device itself, also when the address belongs to the bridge above. */
static const char *const link_options[] = { "mtu", "macaddr", NULL };

static void copy_options(struct host_network *to, const struct host_network *from,
			 const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (ks_is_given(&host_network_command, from, names[i]))
			ks_copy_value(&host_network_command, names[i], to, from);
}

static void give_address(const struct cmdline *cmdline, struct host_network *to,
			 struct cmdline_ip *ip)
{
	static const char *const names[] = { "bootproto", "ip", "netmask", "gateway", "ipv6",
					     "ipv6gateway", NULL };
	autofree char *servers = ip->nameservers ? strv_join(ip->nameservers, ",") : NULL;

	copy_options(to, &ip->network, names);
	if (servers)
		(void)ks_set_value(&host_network_command, to, "nameserver", servers, "", NULL);
	if (cmdline->no_peerdns) {
		(void)ks_set_value(&host_network_command, to, "ipv4-ignore-auto-dns", NULL, "", NULL);
		(void)ks_set_value(&host_network_command, to, "ipv6-ignore-auto-dns", NULL, "", NULL);
	}
	if (!ip->has_ipv4)
		(void)ks_set_value(&host_network_command, to, "noipv4", NULL, "", NULL);
	if (!ip->has_ipv4 && !ip->has_ipv6)
		(void)ks_set_value(&host_network_command, to, "noipv6", NULL, "", NULL);
}

static void no_address(struct host_network *network)
{
	(void)ks_set_value(&host_network_command, network, "noipv4", NULL, "", NULL);
	(void)ks_set_value(&host_network_command, network, "noipv6", NULL, "", NULL);
}

static struct host_network *add_bridge(struct cmdline *cmdline, const char *port,
				       unsigned position)
{
	struct host_network *bridge = add_network(cmdline, position);

	(void)ks_set_value(&host_network_command, bridge, "device", BRIDGE, "", NULL);
	(void)ks_set_value(&host_network_command, bridge, "bridgeslaves", port, "", NULL);
	return bridge;
}

/* MTU and MAC address of a NIC need a command of its own. */
static void give_link_options(struct cmdline *cmdline, const struct cmdline_ip *ip)
{
	struct host_network *network = find_device(cmdline, ip->device);
	bool has_any = false;

	for (size_t i = 0; link_options[i]; i++)
		has_any |= ks_is_given(&host_network_command, &ip->network, link_options[i]);
	if (!has_any)
		return;
	if (!network) {
		network = add_network(cmdline, ip->position);
		(void)ks_set_value(&host_network_command, network, "device", ip->device, "", NULL);
	}
	copy_options(network, &ip->network, link_options);
}

/* The index of the ip= that br0 is for. With bootdev=, the others have no default route. */
static size_t main_ip(const struct cmdline *cmdline)
{
	for (size_t i = 0; cmdline->bootdev && i < cmdline->ips_count; i++)
		if (streq(cmdline->ips[i].device, cmdline_device(cmdline, cmdline->bootdev)))
			return i;
	return 0;
}

struct host_network *cmdline_network(struct cmdline *cmdline, const char *device)
{
	struct host_network *network = find_bridge(cmdline, device);

	return network ? network : find_device(cmdline, device);
}

struct host_network *cmdline_main_network(struct cmdline *cmdline)
{
	if (cmdline->ips_count)
		return cmdline_network(cmdline, cmdline->ips[main_ip(cmdline)].device);
	return cmdline->host.networks_count ? cmdline_network(cmdline, BRIDGE) : NULL;
}

static void place_ip(struct cmdline *cmdline, struct cmdline_ip *ip, bool is_main)
{
	struct host_network *network = find_bridge(cmdline, ip->device);

	if (!network && is_main && !has_bridge(cmdline, BRIDGE) && !streq(ip->device, BRIDGE))
		network = add_bridge(cmdline, ip->device, ip->position);
	if (!network)
		network = find_device(cmdline, ip->device);
	if (!network) {
		network = add_network(cmdline, ip->position);
		(void)ks_set_value(&host_network_command, network, "device", ip->device, "", NULL);
	}
	give_address(cmdline, network, ip);
	if (cmdline->bootdev && !is_main)
		(void)ks_set_value(&host_network_command, network, "nodefroute", NULL, "", NULL);
	give_link_options(cmdline, ip);
}

static bool has_address(struct cmdline *cmdline, const struct host_network *network)
{
	for (size_t i = 0; i < cmdline->ips_count; i++) {
		autofree char *name = host_network_name(network);
		const char *device = cmdline->ips[i].device;

		if (streq(name, device) || strv_contains(network->bridgeslaves, device))
			return true;
	}
	return false;
}

/* bond= or vlan= without a bridge and without ip=: br0 on the last of them, with DHCP. */
static void add_default_bridge(struct cmdline *cmdline)
{
	const struct host *host = &cmdline->host;
	autofree char *last = NULL;

	for (size_t i = 0; i < host->networks_count; i++)
		if (host->networks[i].bridgeslaves)
			return;
	last = host_network_name(&host->networks[host->networks_count - 1]);
	(void)add_bridge(cmdline, last, host->networks[host->networks_count - 1].at.line);
}

/* Those of nameserver= go to the device that the main ip= is about. */
static void give_nameservers(struct cmdline *cmdline)
{
	struct cmdline_ip *ip = &cmdline->ips[main_ip(cmdline)];

	for (char **server = cmdline->nameservers; server && *server; server++)
		if (!strv_contains(ip->nameservers, *server))
			strv_push(&ip->nameservers, *server);
}

/* ip= without a device is about the first bridge; else about the last device that was made. */
static void aim_unnamed(struct cmdline *cmdline)
{
	const struct host *host = &cmdline->host;
	const struct host_network *aim = &host->networks[host->networks_count - 1];

	for (size_t i = host->networks_count; i-- > 0;)
		if (host->networks[i].bridgeslaves)
			aim = &host->networks[i];
	for (size_t i = 0; i < cmdline->ips_count; i++) {
		if (!streq(cmdline->ips[i].device, "bootif"))
			continue;
		free(cmdline->ips[i].device);
		cmdline->ips[i].device = host_network_name(aim);
	}
}

int cmdline_join(struct cmdline *cmdline)
{
	struct host *host = &cmdline->host;
	size_t main_index = main_ip(cmdline), made = host->networks_count;

	if (cmdline->ips_count == 0 && made == 0) {
		if (cmdline->nameservers)
			strv_pushf(&cmdline->boot->notes, "nameserver=: ignored: expected an ip= "
				   "beside it");
		return 0;
	}
	if (cmdline->ips_count == 0)
		add_default_bridge(cmdline);
	else
		give_nameservers(cmdline);
	if (made > 0)
		aim_unnamed(cmdline);
	for (size_t i = 0; i < cmdline->ips_count; i++)
		place_ip(cmdline, &cmdline->ips[i], i == main_index);
	/* dracut gives an address to nothing that ip= does not name */
	for (size_t i = 0; i < made; i++)
		if (!(cmdline->ips_count == 0 && host->networks[i].bridgeslaves) &&
		    !has_address(cmdline, &host->networks[i]))
			no_address(&host->networks[i]);
	return 0;
}
