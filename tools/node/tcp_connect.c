// SPDX-License-Identifier: MIT
/* connect(2) with a deadline; see tcp_connect.h. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/str.h"
#include "node/tcp_connect.h"

int tcp_connect(const struct addrinfo *address, int64_t deadline_ms, int *ret)
{
	autoclose int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;
	socklen_t len = sizeof(error);

	if (fd < 0)
		return errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0 && errno != EINPROGRESS)
		return errno;
	if (!fd_wait(fd, POLLOUT, deadline_ms) ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	if (!error)
		*ret = take_fd(&fd);
	return error;
}
