// SPDX-License-Identifier: MIT
/* A TCP connection with a deadline; see storage_probe.h. */
#include <errno.h>

#include "common/clock.h"
#include "node/storage_probe.h"
#include "node/tcp_connect.h"

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
	autoclose int fd = -1;
	int error, gai = getaddrinfo(host, service, &hints, &list);

	if (gai != 0)
		return problem(problems, "%s: the name has no address (%s)", host,
			       gai_strerror(gai));
	error = EHOSTUNREACH;
	for (struct addrinfo *i = list; i && error; i = i->ai_next)
		error = tcp_connect(i, deadline_ms, &fd);
	freeaddrinfo(list);
	return error ? describe(error, host, port, timeout_ms, problems) : 0;
}
