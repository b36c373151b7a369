// SPDX-License-Identifier: MIT
/* A varlink client for one call; see varlink.h. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/json.h"
#include "node/unix_socket.h"
#include "node/varlink.h"

#define STEP_BYTES 16384

/* Up to the NUL; errno when it does not come. */
static char *receive(int fd, size_t max, int64_t deadline_ms)
{
	autofree char *text = NULL;
	size_t len = 0;

	while (len <= max) {
		ssize_t n;

		text = xreallocarray(text, len + STEP_BYTES, 1);
		if (!fd_wait(fd, POLLIN, deadline_ms))
			return NULL;
		n = recv(fd, text + len, STEP_BYTES, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0) {
			errno = n == 0 ? ECONNRESET : errno;
			return NULL;
		}
		if (memchr(text + len, '\0', (size_t)n))
			return take_ptr(text);
		len += (size_t)n;
	}
	errno = EMSGSIZE;
	return NULL;
}

static int check_error(const char *text, size_t max, const char *method, struct problems *problems)
{
	autojson json_t *reply = json_read(text, strlen(text), max, method, problems);
	const char *error = json_string_value(json_object_get(reply, "error"));

	if (!reply)
		return -1;
	return error ? problem(problems, "%s: %.128s", method, error) : 0;
}

int varlink_call(const char *path, const char *method, int timeout_ms, size_t max, char **ret,
		 struct problems *problems)
{
	int64_t deadline_ms = now_ms() + timeout_ms;
	autofree char *request = xasprintf("{\"method\":\"%s\"}", method);
	autoclose int fd = unix_socket_connect(path);
	autofree char *reply = NULL;

	if (fd < 0 || unix_socket_send(fd, request, strlen(request) + 1, deadline_ms) < 0)
		return problem_errno(problems, errno, "%s: %s", path, method);
	reply = receive(fd, max, deadline_ms);
	if (!reply)
		return problem_errno(problems, errno, "%s: %s", path, method);
	if (check_error(reply, max, method, problems) < 0)
		return -1;
	*ret = take_ptr(reply);
	return 0;
}
