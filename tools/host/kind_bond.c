// SPDX-License-Identifier: MIT
/*
 * A bond: `network --device=bond0 --bondslaves=ens3,ens4 --bondopts=mode=802.3ad,...`.
 * The kernel's default of miimon=0 never notices a dead link, so without a way to watch the links
 * they are looked at every 100 ms.
 */
#include "host/kind.h"
#include "host/kind_options.h"
#include "host/types_network.h"

#define DEFAULT_MIIMON_MS 100
#define MAX_ARP_TARGETS 16 /* BOND_MAX_ARP_TARGETS */

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
enum { ROUND_ROBIN = 1 << 0, BACKUP = 1 << 1, XOR = 1 << 2, BROADCAST = 1 << 3, LACP = 1 << 4,
       TLB = 1 << 5, ALB = 1 << 6,
       WITH_ARP = ROUND_ROBIN | BACKUP | XOR | BROADCAST, /* can watch links by ARP */
       WITH_PRIMARY = BACKUP | TLB | ALB };

/* systemd-networkd 257 has no word for the kernel's vlan+srcmac. */
static const char *const hash_policies[] = { "layer2", "layer3+4", "layer2+3", "encap2+3",
					     "encap3+4", NULL };
static const char *const rates[] = { "slow", "fast", NULL };
static const char *const ad_selects[] = { "stable", "bandwidth", "count", NULL };
static const char *const reselects[] = { "always", "better", "failure", NULL };
static const char *const fail_over_macs[] = { "none", "active", "follow", NULL };
static const char *const arp_validates[] = { "none", "active", "backup", "all", NULL };
static const char *const any_all[] = { "any", "all", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };

static bool read_targets(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	autostrv char **list = strv_split(text, ",", true);

	(void)ret;
	for (char **target = list; target && *target; target++) {
		struct ks_value value;

		if (!ks_ipv4.read(option, *target, &value))
			return false;
		free(value.text);
	}
	return strv_len(list) <= MAX_ARP_TARGETS;
}

static const struct ks_type arp_targets = {
	.placeholder = "ADDRESS,...", .read = read_targets,
	.expected = "IPv4 addresses, 16 at most",
};

static const char at_run_time[] = "it is for a bond that runs already";
static const char not_in_networkd[] = "systemd-networkd has no word for it";

/*
 * Keys, words, numbers, and the modes that they belong to: the kernel's
 * Documentation/networking/bonding.rst and bond_options.c.
 */
static const struct host_kind_option bond_options[] = {
	{ "mode", "Mode", .words = modes, .is_for_life = true },
	{ "miimon", NULL, .min = 0, .max = 60000 },
	{ "updelay", "UpDelaySec", "ms", .min = 0, .max = 600000 },
	{ "downdelay", "DownDelaySec", "ms", .min = 0, .max = 600000 },
	{ "peer_notif_delay", "PeerNotifyDelaySec", "ms", .min = 0, .max = 300000 },
	{ "lacp_rate", "LACPTransmitRate", .words = rates, .is_for_life = true, .modes = LACP },
	{ "ad_select", "AdSelect", .words = ad_selects, .is_for_life = true, .modes = LACP },
	{ "ad_actor_sys_prio", "AdActorSystemPriority", .min = 1, .max = 65535, .modes = LACP },
	{ "ad_actor_system", "AdActorSystem", .type = &ks_mac, .modes = LACP },
	{ "ad_user_port_key", "AdUserPortKey", .min = 0, .max = 1023, .is_for_life = true,
	  .modes = LACP },
	{ "min_links", "MinLinks", .min = 0, .max = 1024, .modes = LACP },
	{ "xmit_hash_policy", "TransmitHashPolicy", .words = hash_policies,
	  .modes = XOR | LACP | TLB },
	{ "primary", NULL, .type = &host_device_type, .modes = WITH_PRIMARY },
	{ "primary_reselect", "PrimaryReselectPolicy", .words = reselects,
	  .modes = WITH_PRIMARY },
	{ "fail_over_mac", "FailOverMACPolicy", .words = fail_over_macs, .is_for_life = true,
	  .modes = BACKUP },
	{ "num_grat_arp", "GratuitousARP", .min = 0, .max = 255, .modes = BACKUP },
	{ "num_unsol_na", "GratuitousARP", .min = 0, .max = 255, .modes = BACKUP },
	{ "arp_interval", "ARPIntervalSec", "ms", .min = 0, .max = 60000,
	  .modes = WITH_ARP },
	{ "arp_ip_target", NULL, .type = &arp_targets, .modes = WITH_ARP },
	{ "arp_validate", "ARPValidate", .words = arp_validates, .modes = WITH_ARP },
	{ "arp_all_targets", "ARPAllTargets", .words = any_all, .modes = BACKUP },
	{ "arp_missed_max", "ARPMissedMax", .min = 1, .max = 255, .modes = WITH_ARP },
	{ "resend_igmp", "ResendIGMP", .min = 0, .max = 255 },
	{ "all_slaves_active", "AllSlavesActive", .words = no_yes },
	{ "packets_per_slave", "PacketsPerSlave", .min = 0, .max = 65535, .modes = ROUND_ROBIN },
	{ "lp_interval", "LearnPacketIntervalSec", .min = 1, .max = 0x7fffffff,
	  .modes = TLB | ALB },
	{ "tlb_dynamic_lb", "DynamicTransmitLoadBalancing", .words = no_yes, .is_for_life = true,
	  .modes = TLB | ALB },
	/* the kernel's default; the other value is obsolete, and Linux 6.18 has it no more */
	{ "use_carrier", NULL, .min = 1, .max = 1 },
	{ "active_slave", .refused = at_run_time },
	{ "queue_id", .refused = at_run_time },
	{ "slaves", .refused = "--bondslaves has them" },
	{ "lacp_active", .refused = not_in_networkd },
	{ "coupled_control", .refused = not_in_networkd },
	{ "broadcast_neighbor", .refused = not_in_networkd },
	{ "ns_ip6_target", .refused = not_in_networkd },
	{ "prio", .refused = not_in_networkd },
	{ 0 },
};

static char *option(const struct host_network *network, const char *name)
{
	return host_kind_option_value(network->bondopts, name);
}

static long long number(const struct host_network *network, const char *name, long long missing)
{
	return host_kind_option_number(network->bondopts, name, bond_options, missing);
}

const char *host_bond_mode(const struct host_network *network)
{
	return modes[number(network, "mode", 0)];
}

static int problem_of(const struct host_network *network, struct problems *problems,
		      const char *text)
{
	return ks_problem(&host_network_command, network, "bondopts", problems, "%s", text);
}

/* "802.3ad, balance-tlb" */
static char *mode_list(unsigned bits)
{
	autostrv char **names = NULL;

	for (int i = 0; modes[i]; i++)
		if (bits & 1u << i)
			strv_push(&names, modes[i]);
	return strv_join(names, ", ");
}

/* The kernel refuses some of these, and the others would have no effect. */
static int check_mode(const struct host_network *network, struct problems *problems)
{
	long long mode = number(network, "mode", 0);
	int bad = 0;

	for (const struct host_kind_option *row = bond_options; row->name; row++) {
		autofree char *value = option(network, row->name);
		autofree char *list = NULL;

		if (!value || !row->modes || row->modes & 1u << mode)
			continue;
		list = mode_list(row->modes);
		bad = ks_problem(&host_network_command, network, "bondopts", problems,
				 "%s does not belong to mode=%s: expected it with %s only",
				 row->name, modes[mode], list);
	}
	return bad;
}

static int check_primary(const struct host_network *network, struct problems *problems)
{
	autofree char *primary = option(network, "primary");

	if (!primary || strv_contains(network->bondslaves, primary))
		return 0;
	return ks_problem(&host_network_command, network, "bondopts", problems,
			  "primary=%s is not valid: expected one of --bondslaves", primary);
}

/* 0: the links are not looked at. */
static long long miimon_ms(const struct host_network *network)
{
	return number(network, "miimon",
		      number(network, "arp_interval", 0) ? 0 : DEFAULT_MIIMON_MS);
}

static int check_delays(const struct host_network *network, struct problems *problems)
{
	static const char *const names[] = { "updelay", "downdelay", "peer_notif_delay" };
	int bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (miimon_ms(network) == 0 && number(network, names[i], 0) > 0)
			bad = ks_problem(&host_network_command, network, "bondopts", problems,
					 "%s needs miimon: expected miimon=100", names[i]);
	return bad;
}

/* A bond that watches its links neither way never fails over; the kernel has no room for both. */
static int check_monitoring(const struct host_network *network, struct problems *problems)
{
	autofree char *targets = option(network, "arp_ip_target");
	autofree char *validate = option(network, "arp_validate");
	bool has_arp = number(network, "arp_interval", 0) > 0;
	int bad = check_delays(network, problems);

	if (miimon_ms(network) == 0 && !has_arp)
		bad |= problem_of(network, problems, "miimon=0 never notices a dead link: expected "
				  "miimon=100, or arp_interval and arp_ip_target");
	if (miimon_ms(network) > 0 && has_arp)
		bad |= problem_of(network, problems, "miimon and arp_interval exclude each other: "
				  "expected one of the two");
	if (has_arp && !targets)
		bad |= problem_of(network, problems, "arp_interval needs arp_ip_target: expected "
				  "the addresses that are asked");
	if (!has_arp && targets)
		bad |= problem_of(network, problems, "arp_ip_target needs arp_interval: expected "
				  "arp_interval=1000");
	if (!has_arp && validate)
		bad |= problem_of(network, problems, "arp_validate needs arp_interval: expected "
				  "arp_interval=1000");
	return bad;
}

static int check_bond(const struct host_network *network, struct problems *problems)
{
	if (!network->bondopts)
		return 0;
	if (host_kind_options_check(network, "bondopts", network->bondopts, bond_options,
				    problems) < 0)
		return -1;
	return check_mode(network, problems) | check_primary(network, problems) |
	       check_monitoring(network, problems);
}

static void write_bond(FILE *out, const struct host_network *network)
{
	autofree char *targets = option(network, "arp_ip_target");
	long long miimon = miimon_ms(network);

	fputs("\n[Bond]\n", out);
	host_kind_options_write(out, network->bondopts, bond_options);
	if (miimon)
		fprintf(out, "MIIMonitorSec=%lldms\n", miimon);
	for (char *p = targets; p && *p; p++)
		if (*p == ',')
			*p = ' ';
	if (targets)
		fprintf(out, "ARPIPTargets=%s\n", targets);
}

static bool bond_needs_new(const char *before, const char *after)
{
	return host_kind_options_need_new(before, after, bond_options);
}

static void write_bond_port(FILE *out, const struct host_network *network,
			    const struct host_device *port, const struct host_machine *machine)
{
	autofree char *primary = option(network, "primary");
	autofree char *name = primary ? host_device_name(primary, machine) : NULL;

	if (name && streq(name, port->name))
		fputs("PrimarySlave=yes\n", out);
}

const struct host_kind host_kind_bond = {
	.name = "bond",
	.is = is_bond,
	.port = bond_port,
	.ports_option = "bondslaves",
	.port_line = "Bond",
	.owns_ports = true,
	.check = check_bond,
	.write_netdev = write_bond,
	.needs_new = bond_needs_new,
	.write_port = write_bond_port,
};
