// SPDX-License-Identifier: MIT
/* The network in the initramfs; see boot_network.h. */
#include <sys/socket.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/process.h"
#include "common/timeline.h"
#include "host/network.h"
#include "node/boot_network.h"
#include "node/lease.h"
#include "node/link_events.h"
#include "node/nics.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define DHCP_INTERVAL_S 3

/* The device that gets the address: the NIC or, as "eth0.5", the VLAN on it. Owned by the caller. */
static char *device_of(const struct boot_plan *plan, const char *nic)
{
	return plan->vlanid ? xasprintf("%s.%d", nic, plan->vlanid) : xstrdup(nic);
}

static int make_device(const struct boot_plan *plan, const char *nic, const char *device,
		       struct problems *problems)
{
	autofree char *id = xasprintf("%d", plan->vlanid), *mtu = xasprintf("%d", plan->mtu);

	if (plan->mtu)
		process_call(NULL, "ip", "link", "set", "dev", nic, "mtu", mtu, NULL);
	if (!plan->vlanid)
		return 0;
	process_call(NULL, "modprobe", "-q", "8021q", NULL);
	process_call(NULL, "ip", "link", "delete", device, NULL); /* of an earlier try */
	if (process_call(problems, "ip", "link", "add", "link", nic, "name", device, "type", "vlan",
			 "id", id, NULL) < 0)
		return -1;
	return process_call(problems, "ip", "link", "set", "dev", device, "up", NULL);
}

static int add_route(const char *device, const struct lease_route *route, struct problems *problems)
{
	if (streq(route->gateway, "0.0.0.0"))
		return process_call(problems, "ip", "route", "replace", route->to, "dev", device, NULL);
	/* onlink: hosted networks give a gateway outside of the prefix */
	return process_call(problems, "ip", "route", "replace", route->to, "via", route->gateway, "dev",
			    device, "onlink", NULL);
}

static int use_nameservers(const struct lease *lease, struct problems *problems)
{
	autofree char *text = lease_resolv_conf(lease);

	return file_write_text(RESOLV_CONF, 0644, text, problems);
}

static int use_lease(const char *device, const struct lease *lease, struct problems *problems)
{
	if (process_call(problems, "ip", "address", "add", lease->address, "dev", device, NULL) < 0)
		return -1;
	/* One bad route of several must not keep the host from booting. */
	for (size_t i = 0; i < lease->routes_count; i++)
		if (add_route(device, &lease->routes[i], problems) < 0)
			log_warning("%s: the route to %s by %s cannot be used", device,
				    lease->routes[i].to, lease->routes[i].gateway);
	return use_nameservers(lease, problems);
}

/* The identifier that systemd-networkd will use too (ClientIdentifier=mac): one host, one lease. */
static char *client_identifier(const char *device)
{
	autofree char *path = xasprintf("/sys/class/net/%s/address", device);
	autofree char *mac = file_read_line(path);
	autostrv char **bytes = mac ? strv_split(mac, ":", false) : NULL;
	autofree char *hex = bytes ? strv_join(bytes, "") : xstrdup("");

	return xasprintf("0x3d:01%s", hex);
}

static int run_udhcpc(const char *device, int64_t deadline_ms)
{
	int tries = until_ms(deadline_ms) / (DHCP_INTERVAL_S * 1000) + 1;
	autofree char *count = xasprintf("%d", tries), *pause = xasprintf("%d", DHCP_INTERVAL_S);
	autofree char *identifier = client_identifier(device);
	const char *const argv[] = { "udhcpc", "-f", "-n", "-q", "-i", device, "-t", count, "-T", pause,
		"-x", identifier, "-O", "search", "-O", "staticroutes", "-s", "roost-lease",
		NULL };
	const struct process process = { .argv = argv,
		.timeout_ms = (tries + 2) * DHCP_INTERVAL_S * 1000 };

	return process_run(&process, NULL, NULL);
}

static int use_dhcp(const char *device, int64_t deadline_ms, struct problems *problems)
{
	int64_t started_ms = now_ms();
	autofree char *text = NULL;
	autolease struct lease lease = { 0 };

	log_info("%s: asking DHCP for an address, for at most %d s", device,
		 (until_ms(deadline_ms) + 999) / 1000);
	unlink(LEASE_PATH);
	if (run_udhcpc(device, deadline_ms) < 0 || !path_exists(LEASE_PATH))
		return problem(problems, "%s: no DHCP answer after %d s", device,
			       (int)((now_ms() - started_ms) / 1000));
	if (file_read(LEASE_PATH, LEASE_BYTES_MAX, &text, NULL, problems) < 0 ||
	    lease_read(text, &lease, problems) < 0 || use_lease(device, &lease, problems) < 0)
		return -1;
	log_info("%s: %s by DHCP", device, lease.address);
	timeline_mark("/", "lease", "%s: %s by DHCP, after %.1f s", device, lease.address,
		      (double)(now_ms() - started_ms) / 1000);
	return 0;
}

static int use_static_ipv4(const char *device, const struct host_network *network,
			   struct problems *problems)
{
	autolease struct lease lease = { 0 };
	struct prefix address;

	if (!host_network_address(network, AF_INET, &address))
		return problem(problems, "%s: ip= has no IPv4 address", device);
	lease.address = prefix_text(&address);
	lease.nameservers = strv_copy(network->nameserver);
	if (network->gateway)
		lease_add_route(&lease, "0.0.0.0/0", network->gateway);
	if (use_lease(device, &lease, problems) < 0)
		return -1;
	timeline_mark("/", "lease", "%s: %s of the kernel command line", device, lease.address);
	return 0;
}

static int use_static_ipv6(const char *device, const struct host_network *network,
			   struct problems *problems)
{
	autolease struct lease lease = { .nameservers = strv_copy(network->nameserver) };

	if (process_call(problems, "ip", "-6", "address", "add", network->ipv6, "dev", device, NULL) < 0)
		return -1;
	if (network->ipv6gateway &&
	    process_call(problems, "ip", "-6", "route", "replace", "default", "via",
			 network->ipv6gateway, "dev", device, NULL) < 0)
		return -1;
	timeline_mark("/", "lease", "%s: %s of the kernel command line", device, network->ipv6);
	return use_nameservers(&lease, problems);
}

/*
 * The kernel takes addresses from router advertisements by itself. A line of /proc/net/if_inet6 is
 * ADDRESS INDEX LENGTH SCOPE FLAGS DEVICE, in hexadecimal; scope 0 is global, flag 0x40 means that
 * nobody knows yet whether another host has the address (RFC 4862 section 5.4).
 */
static bool has_global_ipv6(const char *device)
{
	autofree char *text = NULL;
	autostrv char **lines = NULL;

	if (file_read("/proc/net/if_inet6", 256 * 1024, &text, NULL, NULL) < 0)
		return false;
	lines = strv_split(text, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		unsigned scope, flags;
		int name = 0;

		if (sscanf(lines[i], "%*s %*x %*x %x %x %n", &scope, &flags, &name) == 2 && name &&
		    scope == 0 && !(flags & 0x40) && streq(lines[i] + name, device))
			return true;
	}
	return false;
}

static int use_advertisements(const char *device, int64_t deadline_ms, struct problems *problems)
{
	struct link_events events;
	bool found;

	if (!has_global_ipv6(device))
		log_info("%s: waiting at most %d s for a router to advertise an IPv6 prefix", device,
			 (until_ms(deadline_ms) + 999) / 1000);
	link_events_open(&events, NULL, NULL);
	while (!(found = has_global_ipv6(device)) && link_events_wait(&events, deadline_ms))
		;
	link_events_close(&events);
	if (!found)
		return problem(problems, "%s: no router has advertised an IPv6 prefix", device);
	timeline_mark("/", "lease", "%s: IPv6 by router advertisement", device);
	return 0;
}

static bool is_static_ipv6(const struct host_network *network)
{
	return network && !network->noipv6 && network->ipv6 && strchr(network->ipv6, '/');
}

static int use_ipv6(const char *device, const struct host_network *network, int64_t deadline_ms,
		    struct problems *problems)
{
	if (is_static_ipv6(network))
		return use_static_ipv6(device, network, problems);
	return use_advertisements(device, deadline_ms, problems);
}

/* One family is enough; what the command line gives by hand is used in any case. */
static int get_addresses(const struct host_network *network, const char *device,
			 int64_t deadline_ms, struct problems *problems)
{
	bool has_ipv4 = !network || !network->noipv4, has_ipv6 = !network || !network->noipv6;
	int r = -1;

	if (has_ipv4 && network && network->bootproto == HOST_BOOTPROTO_STATIC)
		r = use_static_ipv4(device, network, problems);
	else if (has_ipv4)
		r = use_dhcp(device, deadline_ms, problems);
	if (has_ipv6 && (is_static_ipv6(network) || r < 0))
		r = use_ipv6(device, network, deadline_ms, problems) == 0 || r == 0 ? 0 : -1;
	return r;
}

int boot_network_up(const struct boot_plan *plan, const char *nic, int64_t deadline_ms,
		    struct problems *problems)
{
	autofree char *device = device_of(plan, nic);
	const struct host_network *network = plan->network;

	if (network && network->noipv4 && network->noipv6)
		return problem(problems, "ip= gives no address, and fetching needs one: expected ip=dhcp "
			       "or an address");
	if (make_device(plan, nic, device, problems) < 0)
		return -1;
	return get_addresses(network, device, deadline_ms, problems);
}

void boot_network_down(const struct boot_plan *plan, const char *nic)
{
	autofree char *device = device_of(plan, nic);

	process_call(NULL, "ip", "-4", "address", "flush", "dev", device, NULL);
	if (is_static_ipv6(plan->network))
		process_call(NULL, "ip", "-6", "address", "delete", plan->network->ipv6, "dev", device,
			     NULL);
	if (plan->vlanid)
		process_call(NULL, "ip", "link", "delete", device, NULL);
	unlink(RESOLV_CONF);
}
