// SPDX-License-Identifier: MIT
/* Sockets in the file system; see unix_socket.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/clock.h"
#include "common/str.h"
#include "node/unix_socket.h"

/* A path too long for an address goes through its folder. */
int unix_socket_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	autoclose int folder = -1;
	autofree char *parent = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	int n;

	if (fd < 0)
		return -1;
	folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	n = snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d%s", folder,
		     strrchr(path, '/'));
	if (n < 0 || (size_t)n >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return take_fd(&fd);
}

int unix_socket_send(int fd, const char *data, size_t len, int64_t deadline_ms)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (n < 0 && !fd_wait(fd, POLLOUT, deadline_ms))
			return -1;
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}
