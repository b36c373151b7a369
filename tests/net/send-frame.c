// SPDX-License-Identifier: MIT
/*
 * send-frame INTERFACE SECONDS <FRAME: sends the Ethernet frame on standard input once a second.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned char frame[1514];
	ssize_t n = read(STDIN_FILENO, frame, sizeof(frame));

	if (argc != 3 || fd < 0 || n <= 0)
		return 1;
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	for (int left = atoi(argv[2]); left > 0; left--) {
		if (sendto(fd, frame, (size_t)n, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			perror("send-frame");
		(void)poll(NULL, 0, 1000);
	}
	return 0;
}
