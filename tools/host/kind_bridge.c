// SPDX-License-Identifier: MIT
/*
 * A bridge: `network --device=br0 --bridgeslaves=ens3[,...] [--bridgeopts=stp=yes,...]`.
 * The spanning tree is off unless it is asked for: with it a port forwards nothing for 30 seconds.
 */
#include "host/kind.h"

static bool is_bridge(const struct host_network *network)
{
	return network->bridgeslaves;
}

static const char *bridge_port(const struct host_network *network, size_t i)
{
	return i < strv_len(network->bridgeslaves) ? network->bridgeslaves[i] : NULL;
}

static const char *const no_yes[] = { "no", "yes", NULL };

/* Keys as in nm-settings(5), ranges as in the kernel (if_link.h, br_stp.c); times in seconds. */
static const struct host_kind_option bridge_options[] = {
	{ "stp", "STP", .words = no_yes, .min = 0, .max = 1 },
	{ "priority", "Priority", .min = 0, .max = 65535 },
	{ "forward-delay", "ForwardDelaySec", .min = 2, .max = 30 },
	{ "hello-time", "HelloTimeSec", .min = 1, .max = 10 },
	{ "max-age", "MaxAgeSec", .min = 6, .max = 40 },
	{ "ageing-time", "AgeingTimeSec", .min = 0, .max = 1000000 },
	{ 0 },
};

static int check_bridge(const struct host_network *network, struct problems *problems)
{
	int bad = 0;

	if (network->vlanid)
		bad = ks_problem(&host_network_command, network, "vlanid", problems,
				 "contradicts --bridgeslaves: expected a command for each device");
	if (network->interfacename)
		bad = ks_problem(&host_network_command, network, "interfacename", problems,
				 "needs --vlanid");
	if (network->bridgeopts)
		bad |= host_kind_options_check(network, "bridgeopts", network->bridgeopts,
					       bridge_options, problems);
	return bad;
}

static void write_bridge(FILE *out, const struct host_network *network)
{
	fputs("\n[Bridge]\n", out);
	host_kind_options_write(out, network->bridgeopts ? network->bridgeopts : "stp=no",
				bridge_options);
}

const struct host_kind host_kind_bridge = {
	.name = "bridge",
	.is = is_bridge,
	.port = bridge_port,
	.port_line = "Bridge",
	.owns_ports = true,
	.check = check_bridge,
	.write_netdev = write_bridge,
};
