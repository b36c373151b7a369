// SPDX-License-Identifier: MIT
/*
 * A bridge: `network --device=br0 --bridgeslaves=ens3[,...] [--bridgeopts=stp=yes,...]`.
 * The spanning tree is off unless it is asked for: with it a port forwards nothing for 30 seconds.
 *
 * With vlan-filtering=yes each port carries the VLANs of its own list only. Lists have the words of
 * ifupdown2 (--bridge-vids, --bridge-pvid, --bridge-access) and stand in the port's command; guests' ports
 * get theirs from libvirt (<vlan> in <interface>).
 */
#include "host/kind.h"
#include "host/kind_options.h"

static bool is_bridge(const struct host_network *network)
{
	return network->bridgeslaves;
}

static const char *bridge_port(const struct host_network *network, size_t i)
{
	return i < strv_len(network->bridgeslaves) ? network->bridgeslaves[i] : NULL;
}

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const protocols[] = { "802.1q", "802.1ad", NULL };

/* Keys as in nm-settings(5), ranges as in the kernel (if_link.h, br_stp.c); times in seconds. */
static const struct host_kind_option bridge_options[] = {
	{ "stp", "STP", .words = no_yes },
	{ "priority", "Priority", .min = 0, .max = 65535 },
	{ "forward-delay", "ForwardDelaySec", .min = 2, .max = 30 },
	{ "hello-time", "HelloTimeSec", .min = 1, .max = 10 },
	{ "max-age", "MaxAgeSec", .min = 6, .max = 40 },
	{ "ageing-time", "AgeingTimeSec", .min = 0, .max = 1000000 },
	{ "multicast-snooping", "MulticastSnooping", .words = no_yes },
	{ "multicast-querier", "MulticastQuerier", .words = no_yes },
	{ "vlan-filtering", "VLANFiltering", .words = no_yes },
	{ "vlan-default-pvid", NULL, .min = 0, .max = 4094 },
	{ "vlan-protocol", "VLANProtocol", .words = protocols },
	{ 0 },
};

static long long number(const struct host_network *network, const char *name, long long missing)
{
	return host_kind_option_number(network->bridgeopts, name, bridge_options, missing);
}

bool host_bridge_filters_vlans(const struct host_network *network)
{
	return is_bridge(network) && number(network, "vlan-filtering", 0) == 1;
}

int host_bridge_default_pvid(const struct host_network *network)
{
	return (int)number(network, "vlan-default-pvid", 1);
}

static int check_bridge(const struct host_network *network, struct problems *problems)
{
	static const char *const needs_filtering[] = { "vlan-default-pvid", "vlan-protocol" };
	int bad = 0;

	if (!network->bridgeopts)
		return 0;
	if (host_kind_options_check(network, "bridgeopts", network->bridgeopts, bridge_options,
				    problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(needs_filtering); i++)
		if (number(network, needs_filtering[i], -1) >= 0 &&
		    !host_bridge_filters_vlans(network))
			bad = ks_problem(&host_network_command, network, "bridgeopts", problems,
					 "%s needs vlan-filtering=yes", needs_filtering[i]);
	return bad;
}

static void write_bridge(FILE *out, const struct host_network *network)
{
	long long pvid = number(network, "vlan-default-pvid", -1);

	fputs("\n[Bridge]\n", out);
	if (number(network, "stp", -1) < 0)
		fputs("STP=no\n", out);
	host_kind_options_write(out, network->bridgeopts, bridge_options);
	if (pvid == 0)
		fputs("DefaultPVID=none\n", out);
	else if (pvid > 0)
		fprintf(out, "DefaultPVID=%lld\n", pvid);
}

const struct host_kind host_kind_bridge = {
	.name = "bridge",
	.is = is_bridge,
	.port = bridge_port,
	.ports_option = "bridgeslaves",
	.port_line = "Bridge",
	.owns_ports = true,
	.check = check_bridge,
	.write_netdev = write_bridge,
};
