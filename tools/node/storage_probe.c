// SPDX-License-Identifier: MIT
/* A TCP connection with a deadline; see storage_probe.h. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "node/storage_probe.h"

/* 0, or the error of the connection. */
static int try_connect(const struct addrinfo *info, int64_t deadline_ms)
{
	autoclose int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);
	int n;

	if (fd < 0)
		return errno;
	if (connect(fd, info->ai_addr, info->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	do
		n = poll(&pfd, 1, until_ms(deadline_ms));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return ETIMEDOUT;
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	return error;
}

static int describe(int error, const char *host, int port, int timeout_ms,
		    struct problems *problems)
{
	if (error == ECONNREFUSED)
		return problem(problems, "%s refuses connections on port %d: nothing listens there",
			       host, port);
	if (error == ETIMEDOUT)
		return problem(problems, "%s does not answer on port %d (%d s)", host, port,
			       timeout_ms / 1000);
	return problem_errno(problems, error, "%s port %d cannot be reached", host, port);
}

int probe_tcp(const char *host, int port, int timeout_ms, struct problems *problems)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	autofree char *service = xasprintf("%d", port);
	int64_t deadline_ms = now_ms() + timeout_ms;
	struct addrinfo *list;
	int error, gai = getaddrinfo(host, service, &hints, &list);

	if (gai != 0)
		return problem(problems, "%s: the name has no address (%s)", host,
			       gai_strerror(gai));
	error = EHOSTUNREACH;
	for (struct addrinfo *i = list; i && error; i = i->ai_next)
		error = try_connect(i, deadline_ms);
	freeaddrinfo(list);
	return error ? describe(error, host, port, timeout_ms, problems) : 0;
}
