// SPDX-License-Identifier: MIT
/* Address and clock; see agent_checks.h. */
#include <inttypes.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "common/clock.h"
#include "common/file.h"
#include "node/agent_checks.h"
#include "node/facts.h"

/* The kernel reads the hardware clock in whole seconds, and PID 1 takes a moment to raise the time. */
#define FLOOR_SLACK_S 120

/* Starts the wait at the first call; false when it is over. */
static bool may_wait(struct agent_wait_state *wait, int64_t limit_ms)
{
	if (wait->deadline_ms == 0)
		wait->deadline_ms = now_ms() + limit_ms;
	return until_ms(wait->deadline_ms) > 0;
}

bool address_is_ready(const char *root, struct agent_wait_state *wait, char **ret_reason)
{
	autofree char *path = path_in_root(root, "/run/systemd/netif/state");
	autofree char *state = NULL;

	if (file_read(path, 64 * 1024, &state, NULL, NULL) == 0 &&
	    strstr(state, "ADDRESS_STATE=routable"))
		return true;
	if (!may_wait(wait, ADDRESS_WAIT_MS))
		return true;
	*ret_reason = xstrdup("waiting for a network address");
	return false;
}

int64_t image_build_time(const char *root)
{
	static const char *const files[] = { "/usr/lib/clock-epoch", "/usr/lib/os-release" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = path_in_root(root, files[i]);
		struct stat st;

		if (stat(path, &st) == 0)
			return st.st_mtim.tv_sec;
	}
	return 0;
}

/*
 * PID 1 has raised the clock to the floor, so the time alone does not tell that it was wrong. The
 * hardware clock does; where there is none, a time just above the floor says the same.
 */
static bool was_below_floor(const char *root)
{
	int64_t floor_s = image_build_time(root);
	long long rtc_s = fact_number(root, "/sys/class/rtc/rtc0/since_epoch", 0, INT64_MAX, -1);

	if (rtc_s >= 0)
		return rtc_s < floor_s;
	return time(NULL) < floor_s + now_ms() / 1000 + FLOOR_SLACK_S;
}

static bool is_synchronized(const char *root)
{
	autofree char *path = path_in_root(root, "/run/systemd/timesync/synchronized");

	return path_exists(path);
}

bool clock_is_ready(const char *root, bool is_suspect, struct agent_wait_state *wait,
		    char **ret_reason)
{
	autofree char *now = NULL;

	if (is_synchronized(root) || (!is_suspect && !was_below_floor(root)))
		return true;
	if (!may_wait(wait, CLOCK_WAIT_MS))
		return true;
	now = clock_text();
	*ret_reason = xasprintf("the clock cannot be right (%s): waiting for a time server", now);
	return false;
}

/* Splits "host:port" or "[v6]:port". False for anything else. */
static bool split_server(const char *server, char **ret_host, char **ret_port)
{
	const char *colon = strrchr(server, ':');

	if (!colon || colon == server)
		return false;
	if (server[0] == '[' && colon[-1] == ']')
		*ret_host = xstrndup(server + 1, (size_t)(colon - server) - 2);
	else
		*ret_host = xstrndup(server, (size_t)(colon - server));
	*ret_port = xstrdup(colon + 1);
	return true;
}

/* Connecting a datagram socket only chooses the route and the source address. */
static char *source_address(const struct addrinfo *peer)
{
	autoclose int fd = socket(peer->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	char text[NI_MAXHOST];

	if (fd < 0 || connect(fd, peer->ai_addr, peer->ai_addrlen) < 0 ||
	    getsockname(fd, (struct sockaddr *)&own, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&own, len, text, sizeof(text), NULL, 0,
			NI_NUMERICHOST) != 0)
		return NULL;
	return xstrdup(text);
}

char *address_towards(const char *server)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM };
	autofree char *host = NULL, *port = NULL;
	struct addrinfo *peers = NULL;
	char *address = NULL;

	if (!split_server(server, &host, &port) || getaddrinfo(host, port, &hints, &peers) != 0)
		return NULL;
	for (struct addrinfo *peer = peers; peer && !address; peer = peer->ai_next)
		address = source_address(peer);
	freeaddrinfo(peers);
	return address;
}
