// SPDX-License-Identifier: MIT
/*
 * A network boot client's questions, as firmware and iPXE put them, and what it learns:
 *
 *	dhcp_ask INTERFACE KIND [ADDRESS]     KIND: a word of `kinds` below
 *
 * Prints the first answer that names something to boot: "address=A next-server=B file=C class=D".
 * With ADDRESS (the interface's own, as another DHCP server would have given it) an offer that only
 * says PXEClient is followed to its boot server on port 4011, and its menu's first item taken.
 * RFC 2131, 2132, 4578; PXE 2.1, section 2.2.3.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "common/cli.h"
#include "common/clock.h"

#define MAGIC 0x63825363u
#define TIMEOUT_MS 8000
#define AGAIN_MS 1000

enum { DISCOVER = 1, REQUEST = 3 };
enum {
	OPT_VENDOR = 43, OPT_TYPE = 53, OPT_SERVER = 54, OPT_WANTED = 55, OPT_CLASS = 60, OPT_FILE = 67,
	OPT_USER_CLASS = 77, OPT_ARCH = 93, OPT_UNDI = 94, OPT_UUID = 97, OPT_END = 255,
};
enum { PXE_MENU = 9, PXE_ITEM = 71 }; /* inside OPT_VENDOR */

static const struct kind {
	const char *name;
	uint16_t arch;
	const char *class;
	const char *user_class;
} kinds[] = {
	{ "bios", 0, "PXEClient:Arch:00000:UNDI:002001", NULL },
	{ "uefi", 7, "PXEClient:Arch:00007:UNDI:003001", NULL },
	{ "uefi-9", 9, "PXEClient:Arch:00009:UNDI:003001", NULL },
	{ "uefi-http", 16, "HTTPClient:Arch:00016:UNDI:003001", NULL },
	{ "ipxe", 0, "PXEClient:Arch:00000:UNDI:002001", "iPXE" },
	{ "ipxe-uefi", 7, "PXEClient:Arch:00007:UNDI:003001", "iPXE" },
};

struct packet {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16], sname[64], file[128];
	uint32_t magic;
	uint8_t options[1024];
} __attribute__((packed));

struct asking {
	const struct kind *kind;
	int fd;
	uint8_t mac[6];
	uint32_t address;       /* our own; 0 when we have none */
	uint32_t boot_server;   /* where a proxy sent us; 0: nowhere */
	uint8_t item[2];        /* the first one of its menu; 0: it sent none */
};

static uint8_t *add(uint8_t *at, uint8_t option, const void *data, size_t len)
{
	*at++ = option;
	*at++ = (uint8_t)len;
	memcpy(at, data, len);
	return at + len;
}

static size_t write_question(const struct asking *asking, uint8_t type, uint32_t address,
			     struct packet *packet)
{
	const struct kind *kind = asking->kind;
	static const uint8_t undi[] = { 1, 3, 16 }, uuid[17] = { 0, 1, 2, 3 };
	static const uint8_t wanted[] = { 1, 3, 43, 54, 60, 66, 67, 97 };
	uint16_t arch = htons(kind->arch);
	uint8_t *at = packet->options;

	*packet = (struct packet){ .op = 1, .htype = 1, .hlen = 6, .xid = htonl(0x12345678),
				   .flags = htons(0x8000), .magic = htonl(MAGIC), .ciaddr = address };
	memcpy(packet->chaddr, asking->mac, 6);
	at = add(at, OPT_TYPE, &type, 1);
	at = add(at, OPT_WANTED, wanted, sizeof(wanted));
	at = add(at, OPT_CLASS, kind->class, strlen(kind->class));
	at = add(at, OPT_ARCH, &arch, sizeof(arch));
	at = add(at, OPT_UNDI, undi, sizeof(undi));
	at = add(at, OPT_UUID, uuid, sizeof(uuid));
	if (kind->user_class)
		at = add(at, OPT_USER_CLASS, kind->user_class, strlen(kind->user_class));
	if (asking->item[0] || asking->item[1]) {
		const uint8_t item[] = { PXE_ITEM, 4, asking->item[0], asking->item[1], 0, 0, OPT_END };

		at = add(at, OPT_VENDOR, item, sizeof(item));
	}
	*at++ = OPT_END;
	return (size_t)(at - (uint8_t *)packet);
}

/* An option's bytes; NULL when it is not there. */
static const uint8_t *find_option(const uint8_t *at, const uint8_t *end, uint8_t wanted,
				  size_t *ret_len)
{
	while (end - at >= 2 && *at != OPT_END) {
		if (*at == 0) {
			at++;
			continue;
		}
		if (end - at < 2 + at[1])
			return NULL;
		if (*at == wanted) {
			*ret_len = at[1];
			return at + 2;
		}
		at += 2 + at[1];
	}
	return NULL;
}

static const uint8_t *option(const struct packet *packet, size_t len, uint8_t wanted, size_t *ret_len)
{
	return find_option(packet->options, (const uint8_t *)packet + len, wanted, ret_len);
}

/* Owned by the caller; NULL when it is not there. */
static char *option_text(const struct packet *packet, size_t len, uint8_t wanted)
{
	size_t n;
	const uint8_t *text = option(packet, len, wanted, &n);

	return text ? xstrndup((const char *)text, n) : NULL;
}

static void read_boot_server(struct asking *asking, const struct packet *packet, size_t len)
{
	size_t n = 0, menu_len = 0, server_len = 0;
	const uint8_t *server = option(packet, len, OPT_SERVER, &server_len);
	const uint8_t *vendor = option(packet, len, OPT_VENDOR, &n);
	const uint8_t *menu = vendor ? find_option(vendor, vendor + n, PXE_MENU, &menu_len) : NULL;

	asking->boot_server = packet->siaddr;
	if (!packet->siaddr && server && server_len == 4)
		memcpy(&asking->boot_server, server, 4);
	if (menu && menu_len >= 2)
		memcpy(asking->item, menu, 2);
}

static bool read_answer(struct asking *asking, const struct packet *packet, size_t len)
{
	autofree char *file = option_text(packet, len, OPT_FILE);
	autofree char *class = option_text(packet, len, OPT_CLASS);
	char address[INET_ADDRSTRLEN], next[INET_ADDRSTRLEN];

	if (!file)
		file = xstrndup((const char *)packet->file, sizeof(packet->file));
	if (!*file) {
		if (class && streq(class, "PXEClient"))
			read_boot_server(asking, packet, len);
		return false;
	}
	inet_ntop(AF_INET, &packet->yiaddr, address, sizeof(address));
	inet_ntop(AF_INET, &packet->siaddr, next, sizeof(next));
	printf("address=%s next-server=%s file=%s class=%s\n", address, next, file,
	       class ? class : "-");
	return true;
}

static int open_socket(const char *interface, uint8_t ret_mac[6], struct problems *problems)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(68) };
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };
	int on = 1;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) < 0 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
		return problem_errno(problems, errno, "%s", interface);
	memcpy(ret_mac, request.ifr_hwaddr.sa_data, 6);
	return take_fd(&fd);
}

static bool wait_answer(struct asking *asking)
{
	struct pollfd poll_fd = { .fd = asking->fd, .events = POLLIN };
	int64_t deadline = now_ms() + AGAIN_MS;
	struct packet packet;

	while (poll(&poll_fd, 1, until_ms(deadline)) > 0) {
		ssize_t n = recv(asking->fd, &packet, sizeof(packet), 0);

		if (n > (ssize_t)offsetof(struct packet, options) && packet.op == 2 &&
		    read_answer(asking, &packet, (size_t)n))
			return true;
		if (asking->address && asking->boot_server)
			return false;
	}
	return false;
}

static int send_question(const struct asking *asking, struct problems *problems)
{
	bool is_sent_on = asking->address && asking->boot_server;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(is_sent_on ? 4011 : 67),
		.sin_addr.s_addr = is_sent_on ? asking->boot_server : INADDR_BROADCAST };
	struct packet packet;
	size_t len = write_question(asking, is_sent_on ? REQUEST : DISCOVER,
				    is_sent_on ? asking->address : 0, &packet);

	if (sendto(asking->fd, &packet, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return problem_errno(problems, errno, "asking");
	return 0;
}

static int ask(const char *interface, struct asking *asking, struct problems *problems)
{
	int64_t deadline = now_ms() + TIMEOUT_MS;

	do {
		if (send_question(asking, problems) < 0)
			return -1;
		if (wait_answer(asking))
			return 0;
	} while (until_ms(deadline) > 0);
	return problem(problems, "%s: no offer names something to boot for %s", interface,
		       asking->kind->name);
}

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	struct asking asking = { 0 };
	int r;

	cli_start("dhcp_ask");
	for (size_t i = 0; argc >= 3 && i < ARRAY_SIZE(kinds); i++)
		if (streq(argv[2], kinds[i].name))
			asking.kind = &kinds[i];
	if (!asking.kind || argc > 4 || (argc == 4 && inet_pton(AF_INET, argv[3], &asking.address) != 1)) {
		fprintf(stderr, "Usage: dhcp_ask INTERFACE KIND [ADDRESS]\n");
		return EXIT_PERMANENT;
	}
	asking.fd = open_socket(argv[1], asking.mac, &problems);
	r = asking.fd < 0 ? -1 : ask(argv[1], &asking, &problems);
	cleanup_close(&asking.fd);
	return r < 0 ? cli_fail(&problems, EXIT_TEMPORARY) : EXIT_DONE;
}
