// SPDX-License-Identifier: MIT
/*
 * An HTTP server of the files in a folder, on 127.0.0.1, that does one thing wrong: for tests of
 * roost-fetch. One thread a connection, one request a connection. With --log, a line a request:
 *	MILLISECONDS PATH FIRST-BYTE IF-RANGE(or -) STATUS
 */
#include <argp.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/str.h"
#include "tests/net/faults.h"

#define BLOCK (64 * 1024)

struct fault {
	void (*change)(struct plan *plan, long long argument);
	long long argument;
	long long later;         /* so many requests without it first */
	long long times;         /* that are left */
};

static struct {
	const char *folder;
	long long port, retry_after_s, per_second;
	struct fault faults[4];
	const char *only;
	int log_fd;
	pthread_mutex_t lock;
	int64_t second;          /* of --rate */
	long long served;        /* in it */
} server = { .log_fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- One request ----------------------------------------------------------------------------------- */

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static bool send_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* True when the request's head is complete in `text`. */
static bool read_request(int fd, char *text, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = recv(fd, text + len, size - 1 - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n"))
			return true;
	}
	return false;
}

static struct plan right_plan(const char *request, int64_t size)
{
	struct plan plan = { .size = size, .flip = -1, .stop = FOR_EVER };
	const char *range = strstr(request, "\r\nRange: bytes=");

	whole(&plan);
	if (range) {
		plan.status = 206;
		plan.has_range = true;
		plan.first = plan.from = atoll(range + strlen("\r\nRange: bytes="));
		plan.last = size - 1;
		plan.total = size;
		plan.announced = size - plan.from;
	}
	return plan;
}

static void make_faulty(struct plan *plan, const char *path)
{
	if (server.only && !strstr(path, server.only))
		return;
	pthread_mutex_lock(&server.lock);
	for (struct fault *fault = server.faults; fault->change; fault++)
		if (fault->later-- <= 0 && fault->times-- > 0)
			fault->change(plan, fault->argument);
	pthread_mutex_unlock(&server.lock);
}

/* False when this second's share is used up. */
static bool has_turn(void)
{
	bool has;

	if (!server.per_second)
		return true;
	pthread_mutex_lock(&server.lock);
	if (server.second != now_ms() / 1000) {
		server.second = now_ms() / 1000;
		server.served = 0;
	}
	has = server.served++ < server.per_second;
	pthread_mutex_unlock(&server.lock);
	return has;
}

static void log_request(const char *path, const char *request, const struct plan *plan)
{
	const char *if_range = strstr(request, "\r\nIf-Range: "), *range = strstr(request, "\r\nRange: bytes=");
	autofree char *tag = if_range ? xstrndup(if_range + 12, strcspn(if_range + 12, "\r")) : xstrdup("-");

	dprintf(server.log_fd, "%lld %s %lld %s %ld\n", (long long)now_ms(), path,
		range ? atoll(range + 15) : 0, tag, plan->raw ? 0 : plan->status);
}

static bool send_head(int fd, const struct plan *plan)
{
	static int version;
	autofree char *head = NULL;
	size_t len;
	FILE *out = xopen_memstream(&head, &len);

	fprintf(out, "HTTP/1.1 %ld Whatever\r\nETag: \"%d\"\r\nConnection: close\r\n", plan->status,
		plan->is_new_each_time ? ++version : 0);
	if (plan->announced >= 0)
		fprintf(out, "Content-Length: %lld\r\n", (long long)plan->announced);
	if (plan->has_range)
		fprintf(out, "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)plan->first,
			(long long)plan->last, (long long)plan->total);
	if (server.retry_after_s && plan->status >= 400)
		fprintf(out, "Retry-After: %lld\r\n", server.retry_after_s);
	if (!plan->endless_head)
		fprintf(out, "\r\n");
	fclose(out);
	for (size_t i = 0; plan->slow_head && i < len; i++) {
		if (!send_all(fd, head + i, 1))
			return false;
		pause_ms(1000);
	}
	if (!plan->slow_head && !send_all(fd, head, len))
		return false;
	while (plan->endless_head && send_all(fd, "X-More: and more\r\n", 18))
		;
	return !plan->endless_head;
}

static void send_body(int fd, int file, const struct plan *plan)
{
	autofree char *block = xmalloc(BLOCK);
	int64_t sent = 0, at = plan->from;
	int64_t most = plan->bytes_per_s && plan->bytes_per_s / 10 < BLOCK ? plan->bytes_per_s / 10 + 1 : BLOCK;

	while (at < plan->until && sent < plan->stop) {
		int64_t want = plan->until - at;

		want = want < plan->stop - sent ? want : plan->stop - sent;
		want = want < most ? want : most;
		memset(block, 0, BLOCK);
		(void)!pread(file, block, (size_t)want, at);
		if (plan->flip >= at && plan->flip < at + want)
			block[plan->flip - at] ^= 1;
		if (!send_all(fd, block, (size_t)want))
			return;
		at += want;
		sent += want;
		if (plan->bytes_per_s)
			pause_ms((int)(want * 1000 / plan->bytes_per_s));
	}
	if (sent >= plan->stop && plan->then == STOP_DIE)
		_exit(0);
	while (sent >= plan->stop && plan->then == STOP_HOLD)
		pause_ms(1000);
}

static void answer(int fd, const char *request)
{
	autofree char *path = xstrndup(request + 4, strcspn(request + 4, " "));
	autofree char *name = xasprintf("%s/%s", server.folder, path);
	autoclose int file = open(name, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	struct plan plan;

	if (file >= 0)
		fstat(file, &st);
	plan = right_plan(request, st.st_size);
	if (!has_turn())
		status(&plan, 503);
	else if (file < 0)
		status(&plan, 404);
	else
		make_faulty(&plan, path);
	log_request(path, request, &plan);
	while (plan.is_silent)
		pause_ms(1000);
	if (plan.raw)
		send_all(fd, plan.raw, strlen(plan.raw));
	else if (send_head(fd, &plan))
		send_body(fd, file, &plan);
}

static void *serve(void *userdata)
{
	int fd = (int)(intptr_t)userdata;
	char request[16 * 1024];

	if (read_request(fd, request, sizeof(request)) && strncmp(request, "GET /", 5) == 0)
		answer(fd, request);
	/* What the client still sends must not reset what it has not read yet. */
	shutdown(fd, SHUT_WR);
	while (recv(fd, request, sizeof(request), 0) > 0)
		;
	close(fd);
	return NULL;
}

/* ---- The program ----------------------------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ "fault", 'f', "NAME[=N][+LATER][*TIMES]", 0,
	  "What goes wrong, see the table, and from which request on, the first being 0; up to three", 0 },
	{ "only", 'o', "TEXT", 0, "Only in requests with this in their path", 0 },
	{ "rate", 'r', "N", 0, "Answers N requests a second, and 503 to the others", 0 },
	{ "retry-after", 'a', "SECONDS", 0, "With every status of 400 or more", 0 },
	{ "log", 'l', "FILE", 0, "Where a line a request goes", 0 },
	{ 0 },
};

static error_t read_fault(const char *text)
{
	size_t len = strcspn(text, "=+*"), i = 0;
	const char *argument = strchr(text, '='), *later = strchr(text, '+'), *times = strchr(text, '*');

	while (server.faults[i].change)
		i++;
	if (i == ARRAY_SIZE(server.faults) - 1)
		return EINVAL;
	for (size_t j = 0; j < ARRAY_SIZE(faults); j++)
		if (strlen(faults[j].name) == len && strncmp(faults[j].name, text, len) == 0)
			server.faults[i].change = faults[j].change;
	server.faults[i].argument = argument ? atoll(argument + 1) : 0;
	server.faults[i].later = later ? atoll(later + 1) : 0;
	server.faults[i].times = times ? atoll(times + 1) : INT64_MAX;
	return server.faults[i].change ? 0 : EINVAL;
}

static error_t on_option(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'f':
		return read_fault(arg);
	case 'o':
		server.only = arg;
		return 0;
	case 'r':
		return str_to_int(arg, 1, 100000, &server.per_second) ? 0 : EINVAL;
	case 'a':
		return str_to_int(arg, 0, 100000, &server.retry_after_s) ? 0 : EINVAL;
	case 'l':
		server.log_fd = open(arg, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		return server.log_fd < 0 ? errno : 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			server.folder = arg;
		else if (state->arg_num > 1 || !str_to_int(arg, 1, 65535, &server.port))
			argp_usage(state);
		return 0;
	case ARGP_KEY_END:
		if (!server.port)
			argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { options, on_option, "FOLDER PORT", NULL, 0, 0, 0 };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL) != 0)
		return 1;
	address.sin_port = htons((uint16_t)server.port);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 1024) < 0) {
		fprintf(stderr, "faulty-mirror: port %lld: %s\n", server.port, strerror(errno));
		return 1;
	}
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		pthread_t thread;

		if (fd >= 0 && pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
		else if (fd >= 0)
			close(fd);
	}
}
