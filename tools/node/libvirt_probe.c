// SPDX-License-Identifier: MIT
/*
 * Whether libvirt answers; see libvirt_probe.h.
 *
 * A connection alone proves nothing: the service manager holds the socket. So the smallest call of the
 * protocol is made, "which authentication do you want" (libvirt's docs/internals/rpc.html; numbers from
 * remote_protocol.x), and the header of the answer compared:
 *   call   = length program version procedure type serial status      seven 32-bit big-endian words
 *   answer = the same header with type 1 (reply), then the payload
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/file.h"
#include "node/libvirt_probe.h"
#include "node/unix_socket.h"

#define REMOTE_PROGRAM 0x20008086u
#define REMOTE_VERSION 1
#define REMOTE_PROC_AUTH_LIST 66
#define TYPE_CALL 0
#define TYPE_REPLY 1
#define SERIAL 1
#define STATUS_OK 0
#define HEADER_WORDS 7

/* libvirtd, or the daemon for QEMU alone. */
static const char *const sockets[] = { "/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock" };

static bool read_words(int fd, uint32_t *words, size_t count, int64_t deadline_ms)
{
	char *bytes = (char *)words;
	size_t size = count * sizeof(*words), len = 0;

	while (len < size) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&wait, 1, until_ms(deadline_ms)) <= 0)
			return false;
		n = read(fd, bytes + len, size - len);
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	return true;
}

static char *ask(int fd, int64_t deadline_ms)
{
	const uint32_t call[HEADER_WORDS] = {
		htonl(HEADER_WORDS * 4), htonl(REMOTE_PROGRAM), htonl(REMOTE_VERSION),
		htonl(REMOTE_PROC_AUTH_LIST), htonl(TYPE_CALL), htonl(SERIAL), htonl(STATUS_OK),
	};
	uint32_t answer[HEADER_WORDS];

	if (send(fd, call, sizeof(call), MSG_NOSIGNAL) != (ssize_t)sizeof(call))
		return xasprintf("does not take a call: %s", strerror(errno));
	if (!read_words(fd, answer, HEADER_WORDS, deadline_ms))
		return xstrdup("does not answer yet");
	if (answer[1] != htonl(REMOTE_PROGRAM) || answer[3] != htonl(REMOTE_PROC_AUTH_LIST) ||
	    answer[4] != htonl(TYPE_REPLY) || answer[6] != htonl(STATUS_OK))
		return xstrdup("gives an unexpected answer");
	return NULL;
}

char *libvirt_problem(const char *root, int timeout_ms)
{
	int64_t deadline_ms = now_ms() + timeout_ms;

	for (size_t i = 0; i < ARRAY_SIZE(sockets); i++) {
		autofree char *path = path_in_root(root, sockets[i]);
		autoclose int fd = -1;

		if (!path_exists(path))
			continue;
		fd = unix_socket_connect(path);
		if (fd < 0)
			return xasprintf("cannot connect to %s: %s", sockets[i], strerror(errno));
		return ask(fd, deadline_ms);
	}
	return xstrdup("is not running");
}
