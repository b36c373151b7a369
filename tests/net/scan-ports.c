// SPDX-License-Identifier: MIT
/*
 * scan-ports ADDRESS: every TCP port of a host of this network, by connecting to it. Prints the ports that take
 * the connection, a line each, then "refused N": those that answer that nobody is there. What a firewall drops
 * says nothing at all. Each port is tried for as long as the kernel sends its first two segments.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/str.h"

#define BATCH 8192
#define WAIT_MS 1500

struct scan {
	struct sockaddr_in to;
	struct pollfd fds[BATCH];
	int refused;
};

static int start(const struct scan *scan, int port)
{
	struct sockaddr_in to = scan->to;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		perror("scan-ports: socket");
		exit(1);
	}
	to.sin_port = htons((uint16_t)port);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS) {
		perror("scan-ports: connect");
		exit(1);
	}
	return fd;
}

static void look(struct scan *scan, int i, int port)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (!scan->fds[i].revents)
		return;
	(void)getsockopt(scan->fds[i].fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error == ECONNREFUSED)
		scan->refused++;
	else if (error == 0)
		printf("%d\n", port);
	close(scan->fds[i].fd);
	scan->fds[i].fd = -1;
}

static void scan_batch(struct scan *scan, int first, int count)
{
	int64_t deadline_ms;

	for (int i = 0; i < count; i++)
		scan->fds[i] = (struct pollfd){ .fd = start(scan, first + i), .events = POLLOUT };
	deadline_ms = now_ms() + WAIT_MS;
	while (until_ms(deadline_ms) > 0)
		if (poll(scan->fds, (nfds_t)count, until_ms(deadline_ms)) > 0)
			for (int i = 0; i < count; i++)
				look(scan, i, first + i);
	for (int i = 0; i < count; i++)
		if (scan->fds[i].fd >= 0)
			close(scan->fds[i].fd);
}

int main(int argc, char **argv)
{
	static struct scan scan = { .to = { .sin_family = AF_INET } };
	const struct rlimit limit = { BATCH + 64, BATCH + 64 };

	if (argc != 2 || inet_pton(AF_INET, argv[1], &scan.to.sin_addr) != 1) {
		fputs("usage: scan-ports ADDRESS\n", stderr);
		return 1;
	}
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	for (int port = 1; port <= 65535; port += BATCH)
		scan_batch(&scan, port, port + BATCH > 65536 ? 65536 - port : BATCH);
	printf("refused %d\n", scan.refused);
	return 0;
}
