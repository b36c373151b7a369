// SPDX-License-Identifier: MIT
/*
 * A bond: `network --device=bond0 --bondslaves=ens3,ens4 --bondopts=mode=802.3ad,...`.
 * The kernel's default of miimon=0 never notices a dead link, so without a way to watch the links
 * they are looked at every 100 ms.
 */
#include "host/kind.h"

static bool is_bond(const struct host_network *network)
{
	return network->bondslaves;
}

static const char *bond_port(const struct host_network *network, size_t i)
{
	return i < strv_len(network->bondslaves) ? network->bondslaves[i] : NULL;
}

static const char *const modes[] = { "balance-rr", "active-backup", "balance-xor", "broadcast",
				     "802.3ad", "balance-tlb", "balance-alb", NULL };
static const char *const hash_policies[] = { "layer2", "layer3+4", "layer2+3", "encap2+3",
					     "encap3+4", "vlan+srcmac", NULL };
static const char *const rates[] = { "slow", "fast", NULL };
static const char *const ad_selects[] = { "stable", "bandwidth", "count", NULL };
static const char *const reselects[] = { "always", "better", "failure", NULL };
static const char *const fail_over_macs[] = { "none", "active", "follow", NULL };
static const char *const arp_validates[] = { "none", "active", "backup", "all", NULL };

/* Keys, words and their numbers: the kernel's Documentation/networking/bonding.rst. */
static const struct host_kind_option bond_options[] = {
	{ "mode", "Mode", .words = modes, .min = 0, .max = 6 },
	{ "miimon", "MIIMonitorSec", "ms", .min = 0, .max = 60000 },
	{ "updelay", "UpDelaySec", "ms", .min = 0, .max = 600000 },
	{ "downdelay", "DownDelaySec", "ms", .min = 0, .max = 600000 },
	{ "lacp_rate", "LACPTransmitRate", .words = rates, .min = 0, .max = 1 },
	{ "ad_select", "AdSelect", .words = ad_selects, .min = 0, .max = 2 },
	{ "min_links", "MinLinks", .min = 0, .max = 1024 },
	{ "xmit_hash_policy", "TransmitHashPolicy", .words = hash_policies, .min = 0, .max = 5 },
	{ "primary", NULL, .is_text = true },
	{ "primary_reselect", "PrimaryReselectPolicy", .words = reselects, .min = 0, .max = 2 },
	{ "fail_over_mac", "FailOverMACPolicy", .words = fail_over_macs, .min = 0, .max = 2 },
	{ "arp_interval", "ARPIntervalSec", "ms", .min = 0, .max = 60000 },
	{ "arp_ip_target", NULL, .is_text = true },
	{ "arp_validate", "ARPValidate", .words = arp_validates, .min = 0, .max = 3 },
	{ "resend_igmp", "ResendIGMP", .min = 0, .max = 255 },
	{ "packets_per_slave", "PacketsPerSlave", .min = 0, .max = 65535 },
	{ 0 },
};

static char *option(const struct host_network *network, const char *name)
{
	return network->bondopts ? host_kind_option_value(network->bondopts, name) : NULL;
}

static int check_primary(const struct host_network *network, struct problems *problems)
{
	autofree char *primary = option(network, "primary");

	if (!primary || strv_contains(network->bondslaves, primary))
		return 0;
	return ks_problem(&host_network_command, network, "bondopts", problems,
			  "primary=%s is not valid: expected one of --bondslaves", primary);
}

static int check_targets(const struct host_network *network, struct problems *problems)
{
	autofree char *targets = option(network, "arp_ip_target");
	autostrv char **list = targets ? strv_split(targets, ",", true) : NULL;

	for (char **target = list; target && *target; target++) {
		struct ks_value value;

		if (!ks_ipv4.read(NULL, *target, &value))
			return ks_problem(&host_network_command, network, "bondopts", problems,
					  "arp_ip_target=%s is not valid: expected IPv4 addresses",
					  targets);
		free(value.text);
	}
	return 0;
}

static int check_bond(const struct host_network *network, struct problems *problems)
{
	int bad = 0;

	if (network->vlanid || network->bridgeslaves)
		bad = ks_problem(&host_network_command, network,
				 network->vlanid ? "vlanid" : "bridgeslaves", problems,
				 "contradicts --bondslaves: expected a command for each device");
	if (network->interfacename)
		bad = ks_problem(&host_network_command, network, "interfacename", problems,
				 "needs --vlanid");
	if (!network->bondopts)
		return bad;
	if (host_kind_options_check(network, "bondopts", network->bondopts, bond_options,
				    problems) < 0)
		return -1;
	return check_primary(network, problems) < 0 || check_targets(network, problems) < 0 ? -1 :
											     bad;
}

static void write_bond(FILE *out, const struct host_network *network)
{
	autofree char *miimon = option(network, "miimon");
	autofree char *arp_interval = option(network, "arp_interval");
	autofree char *targets = option(network, "arp_ip_target");

	fputs("\n[Bond]\n", out);
	host_kind_options_write(out, network->bondopts, bond_options);
	if (!miimon && !arp_interval)
		fputs("MIIMonitorSec=100ms\n", out);
	for (char *p = targets; p && *p; p++)
		if (*p == ',')
			*p = ' ';
	if (targets)
		fprintf(out, "ARPIPTargets=%s\n", targets);
}

static void write_bond_port(FILE *out, const struct host_network *network, const char *port)
{
	autofree char *primary = option(network, "primary");

	if (primary && streq(primary, port))
		fputs("PrimarySlave=yes\n", out);
}

const struct host_kind host_kind_bond = {
	.name = "bond",
	.is = is_bond,
	.port = bond_port,
	.port_line = "Bond",
	.owns_ports = true,
	.check = check_bond,
	.write_netdev = write_bond,
	.write_port = write_bond_port,
};
