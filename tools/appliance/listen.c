// SPDX-License-Identifier: MIT
/* Listening sockets; see listen.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "appliance/listen.h"

#define BACKLOG 1024 /* a rack powers on at once */

static void set_address(struct listen_address *address, int family, const void *bytes,
			unsigned port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->socket;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address->socket;

	address->socket = (struct sockaddr_storage){ .ss_family = (sa_family_t)family };
	if (family == AF_INET) {
		memcpy(&in->sin_addr, bytes, sizeof(in->sin_addr));
		in->sin_port = htons((uint16_t)port);
		address->socket_len = sizeof(*in);
		address->is_any = in->sin_addr.s_addr == htonl(INADDR_ANY);
	} else {
		memcpy(&in6->sin6_addr, bytes, sizeof(in6->sin6_addr));
		in6->sin6_port = htons((uint16_t)port);
		address->socket_len = sizeof(*in6);
		address->is_any = IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr);
	}
	inet_ntop(family, bytes, address->host, sizeof(address->host));
}

int listen_parse(const char *text, struct listen_address *ret, struct problems *problems)
{
	const char *colon = strrchr(text, ':');
	autofree char *host = colon ? xstrndup(text, (size_t)(colon - text)) : NULL;
	size_t len = host ? strlen(host) : 0;
	bool has_brackets = len > 2 && host[0] == '[' && host[len - 1] == ']';
	unsigned char bytes[16];
	long long port;

	if (has_brackets)
		host[len - 1] = '\0';
	if (!host || !str_to_int(colon + 1, 0, 65535, &port) ||
	    inet_pton(has_brackets ? AF_INET6 : AF_INET, host + has_brackets, bytes) != 1)
		return problem(problems, "%s: expected ADDRESS:PORT, such as 192.0.2.1:8443 or "
			       "[::]:8443", text);
	set_address(ret, has_brackets ? AF_INET6 : AF_INET, bytes, (unsigned)port);
	return 0;
}

static int open_socket(const struct listen_address *address)
{
	int family = address->socket.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, off = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, address->is_any ? &off : &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&address->socket, address->socket_len) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static unsigned port_of(const struct sockaddr_storage *socket_address)
{
	if (socket_address->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)socket_address)->sin_port);
	return ntohs(((const struct sockaddr_in6 *)socket_address)->sin6_port);
}

int listen_open(const struct listen_address *address, int *ret_fd, unsigned *ret_port,
		struct problems *problems)
{
	struct sockaddr_storage bound = { 0 };
	socklen_t len = sizeof(bound);
	int fd = open_socket(address);

	if (fd < 0 && address->is_any && address->socket.ss_family == AF_INET6 &&
	    (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		struct listen_address fallback;

		set_address(&fallback, AF_INET, &(struct in_addr){ htonl(INADDR_ANY) },
			    port_of(&address->socket));
		fd = open_socket(&fallback);
	}
	if (fd < 0)
		return problem_errno(problems, errno, "cannot listen on %s port %u", address->host,
				     port_of(&address->socket));
	getsockname(fd, (struct sockaddr *)&bound, &len);
	*ret_fd = fd;
	*ret_port = port_of(&bound);
	return 0;
}

char *listen_url(const char *scheme, const struct listen_address *address, unsigned port)
{
	const char *host = address->is_any ? "127.0.0.1" : address->host;
	bool is_ipv6 = strchr(host, ':') != NULL;

	return xasprintf("%s://%s%s%s:%u", scheme, is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
			 port);
}
