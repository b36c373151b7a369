// SPDX-License-Identifier: MIT
/* Loads the kernel's netconsole module; see netconsole.h and the kernel's networking/netconsole.rst. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>

#include "common/cli.h"
#include "common/file.h"
#include "common/process.h"
#include "node/due.h"
#include "node/host_conf.h"
#include "node/netconsole.h"
#include "node/network_state.h"

#define TABLE_MAX (256 * 1024)

/* ---- Where to ------------------------------------------------------------------------------------------ */

static int resolve(const char *host, struct in_addr *ret, struct problems *problems)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	int r = getaddrinfo(host, NULL, &hints, &found);

	if (r != 0)
		return problem(problems, "logging --netconsole: %s: %s: expected an IPv4 address or a name that has one",
			       host, gai_strerror(r));
	*ret = ((const struct sockaddr_in *)(const void *)found->ai_addr)->sin_addr;
	freeaddrinfo(found);
	return 0;
}

static char **table_lines(const char *root, const char *file)
{
	autofree char *path = path_in_root(root, file), *text = NULL;

	if (file_read_optional(path, TABLE_MAX, &text, NULL, NULL) < 0 || !text)
		return NULL;
	return strv_split(text, "\n", false);
}

/*
 * The gateway of the most specific route towards the address, or the address itself. /proc/net/route, proc(5):
 * "IFACE DESTINATION GATEWAY FLAGS REFCNT USE METRIC MASK ...", addresses as the kernel holds them, in hex.
 */
static struct in_addr next_hop(const char *root, const char *device, struct in_addr address)
{
	autostrv char **lines = table_lines(root, "/proc/net/route");
	struct in_addr hop = address;
	uint32_t best = 0;
	bool is_found = false;

	for (size_t i = 0; lines && lines[i]; i++) {
		uint32_t destination, gateway, mask;
		char name[32];

		if (sscanf(lines[i], "%31s %" SCNx32 " %" SCNx32 " %*s %*s %*s %*s %" SCNx32, name, &destination,
			   &gateway, &mask) != 4 || !streq(name, device) || (address.s_addr & mask) != destination)
			continue;
		if (is_found && ntohl(mask) <= ntohl(best))
			continue;
		is_found = true;
		best = mask;
		hop.s_addr = gateway ? gateway : address.s_addr;
	}
	return hop;
}

/* /proc/net/arp, proc(5): "ADDRESS TYPE FLAGS MAC MASK DEVICE"; flag 2: the entry is complete. NULL: none. */
static char *neighbour_mac(const char *root, const char *device, struct in_addr hop)
{
	autostrv char **lines = table_lines(root, "/proc/net/arp");
	char wanted[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &hop, wanted, sizeof(wanted));
	for (size_t i = 0; lines && lines[i]; i++) {
		char address[INET_ADDRSTRLEN], mac[18], name[32];
		unsigned flags;

		if (sscanf(lines[i], "%15s %*s %x %17s %*s %31s", address, &flags, mac, name) == 4 &&
		    streq(address, wanted) && streq(name, device) && flags & 2)
			return xstrdup(mac);
	}
	return NULL;
}

/* "netconsole=@/br0,6666@192.0.2.1/52:54:00:00:00:01"; the kernel takes the device's own address. */
static int module_parameter(const char *root, const struct host_logging *wanted, char **ret,
			    struct problems *problems)
{
	autonetstate struct network_state network = { 0 };
	autofree char *mac = NULL;
	struct in_addr address, hop;
	char text[INET_ADDRSTRLEN];

	if (!network_state_read(root, &network) || !network.device)
		return problem(problems, "netconsole: waits for the network");
	if (resolve(wanted->host, &address, problems) < 0)
		return -1;
	hop = next_hop(root, network.device, address);
	mac = neighbour_mac(root, network.device, hop);
	if (!mac)
		return problem(problems, "netconsole: waits for %s to be reached over %s", inet_ntop(
			       AF_INET, &hop, text, sizeof(text)), network.device);
	*ret = xasprintf("netconsole=@/%s,%d@%s/%s", network.device, wanted->netconsole,
			 inet_ntop(AF_INET, &address, text, sizeof(text)), mac);
	return 0;
}

/* ---- The module ---------------------------------------------------------------------------------------- */

static int unload(struct problems *problems)
{
	return path_exists(NETCONSOLE_MODULE) ?
	       process_call(problems, "modprobe", "-r", "netconsole", NULL) : 0;
}

int netconsole_apply(const struct netconsole *netconsole, struct problems *problems)
{
	bool acts = !netconsole->is_dry_run && streq(netconsole->root, "/");
	autohost struct host host = { 0 };
	autofree char *parameter = NULL;

	if (!netconsole->is_dry_run && due_take(netconsole->root, "roost-netconsole", problems) < 0)
		return EXIT_TEMPORARY;
	if (host_conf_read_optional(netconsole->root, &host, problems) < 0)
		return EXIT_PERMANENT;
	if (acts && unload(problems) < 0)
		return EXIT_TEMPORARY;
	if (!host.logging.netconsole || !host.logging.host)
		return EXIT_DONE;
	if (module_parameter(netconsole->root, &host.logging, &parameter, problems) < 0)
		return EXIT_TEMPORARY;
	if (!acts)
		return puts(parameter), EXIT_DONE;
	if (process_call(problems, "modprobe", "netconsole", parameter, NULL) < 0)
		return EXIT_TEMPORARY;
	log_info("the kernel's messages go to %s, too", parameter);
	return EXIT_DONE;
}
