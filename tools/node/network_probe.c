// SPDX-License-Identifier: MIT
/* Listening for LLDP and LACP; see network_probe.h. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/due.h"
#include "node/network_probe.h"
#include "node/network_state.h"
#include "node/nics.h"
#include "node/probe_plan.h"

#define PORTS_MAX 64
#define FRAME_MAX 1600

struct ports {
	struct probe_port items[PORTS_MAX];
	unsigned index[PORTS_MAX];      /* of the interface */
	size_t count;
};

/* ---- The NICs ------------------------------------------------------------------------------------ */

static void add_port(const char *root, struct ports *ports, const char *name)
{
	char *mac = nic_permanent_mac(root, name);
	unsigned index = if_nametoindex(name);

	for (size_t i = 0; i < ports->count; i++)
		if (streq(ports->items[i].name, name))
			index = 0;
	if (!mac || !index || ports->count == PORTS_MAX) {
		free(mac);
		return;
	}
	ports->index[ports->count] = index;
	ports->items[ports->count++] = (struct probe_port){ .name = xstrdup(name), .mac = mac };
}

/* The uplink comes first, then by name. */
static void find_ports(const char *root, struct ports *ret)
{
	autonetstate struct network_state state = { 0 };
	autostrv char **names = nics_usable(root);

	ret->count = 0;
	if (network_state_read(root, &state) && state.uplink && strv_contains(names, state.uplink))
		add_port(root, ret, state.uplink);
	for (char **name = names; name && *name; name++)
		add_port(root, ret, *name);
}

static void ports_done(struct ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		free(ports->items[i].name);
		free(ports->items[i].mac);
	}
}

/* One that is down hears nothing; networkd takes over what is up. */
static void bring_up(int fd, const char *name)
{
	struct ifreq request = { 0 };

	memccpy(request.ifr_name, name, '\0', sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0 || request.ifr_flags & IFF_UP)
		return;
	request.ifr_flags |= IFF_UP;
	(void)ioctl(fd, SIOCSIFFLAGS, &request);
}

/* ---- The socket ---------------------------------------------------------------------------------- */

/* LLDP, or a slow protocol's subtype 1, and not our own. */
static int filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 5, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x88cc, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x8809, 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 14),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, FRAME_MAX),
	};
	struct sock_fprog program = { .len = ARRAY_SIZE(code), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static void join(int fd, unsigned index)
{
	static const uint8_t groups[][ETH_ALEN] = {
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e }, /* LLDP, nearest bridge */
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02 }, /* slow protocols */
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		struct packet_mreq request = { .mr_ifindex = (int)index, .mr_type = PACKET_MR_MULTICAST,
					       .mr_alen = ETH_ALEN };

		memcpy(request.mr_address, groups[i], ETH_ALEN);
		(void)setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request));
	}
}

static int open_socket(const struct ports *ports, struct problems *problems)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	/* no protocol yet: nothing comes before the filter is there */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || filter(fd) < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		problem_errno(problems, errno, "listening for LLDP and LACP");
		cleanup_close(&fd);
		return -1;
	}
	for (size_t i = 0; i < ports->count; i++) {
		bring_up(fd, ports->items[i].name);
		join(fd, ports->index[i]);
	}
	return fd;
}

static void take_frame(int fd, struct ports *ports)
{
	struct sockaddr_ll from = { 0 };
	socklen_t len = sizeof(from);
	struct link_frame frame;
	uint8_t data[FRAME_MAX];
	ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &len);

	if (n <= 0 || !link_frame_read(data, (size_t)n, &frame))
		return;
	for (size_t i = 0; i < ports->count; i++)
		if ((int)ports->index[i] == from.sll_ifindex)
			probe_port_heard(&ports->items[i], &frame);
}

static void listen_until(int fd, struct ports *ports, int64_t deadline_ms)
{
	while (until_ms(deadline_ms) > 0) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };

		if (poll(&wait, 1, until_ms(deadline_ms)) > 0)
			take_frame(fd, ports);
	}
}

static void tell(const char *root, const json_t *plan)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(plan, "tries"), i, item)
		log_info("worth a try: %s", json_string_value(json_object_get(item, "name")));
	timeline_mark(root, "probe", "%zu ports heard a switch; %zu networks are worth a try",
		      json_array_size(json_object_get(plan, "heard")),
		      json_array_size(json_object_get(plan, "tries")));
}

int network_probe(const struct network_probe *probe, struct problems *problems)
{
	autofree char *path = path_in_root(probe->root, PROBE_JSON);
	autojson json_t *plan = NULL;
	struct ports ports;
	int fd, result = -1;

	if (due_take(probe->root, "roost-network-probe", problems) < 0)
		return -1;
	find_ports(probe->root, &ports);
	fd = open_socket(&ports, problems);
	if (fd >= 0) {
		log_info("listening for LLDP and LACP on %zu NICs for %d s", ports.count,
			 probe->listen_ms / 1000);
		listen_until(fd, &ports, now_ms() + probe->listen_ms);
		plan = probe_plan(ports.items, ports.count);
		tell(probe->root, plan);
		result = json_write_file(path, 0644, plan, problems);
	}
	cleanup_close(&fd);
	ports_done(&ports);
	return result;
}
