// SPDX-License-Identifier: MIT
/* Files on their way; see downloads.h. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "appliance/downloads.h"
#include "common/str.h"

struct download {
	struct download *next, *previous;
	char *address;
	int socket;
	bool is_cut;
	uint64_t begin_bytes;    /* acknowledged on this connection before */
	uint64_t window_bytes;   /* the same when the present window began */
	int64_t window_at_ms;
};

struct downloads {
	pthread_mutex_t lock;
	struct download *first;
	unsigned count, max, per_address_max;
};

struct downloads *downloads_new(unsigned max, unsigned per_address_max)
{
	struct downloads *downloads = xcalloc(1, sizeof(*downloads));

	pthread_mutex_init(&downloads->lock, NULL);
	downloads->max = max;
	downloads->per_address_max = per_address_max;
	return downloads;
}

void downloads_free(struct downloads *downloads)
{
	if (!downloads)
		return;
	pthread_mutex_destroy(&downloads->lock);
	free(downloads);
}

/* What the peer's kernel has acknowledged, so that our own buffers do not count; tcp(7). */
static uint64_t acknowledged(int socket)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info.tcpi_bytes_acked;
}

static bool has_room(const struct downloads *downloads, const char *address)
{
	unsigned same = 0;

	for (const struct download *t = downloads->first; t; t = t->next)
		same += streq(t->address, address);
	return downloads->count < downloads->max && same < downloads->per_address_max;
}

static void insert(struct downloads *downloads, struct download *download)
{
	download->next = downloads->first;
	if (download->next)
		download->next->previous = download;
	downloads->first = download;
	downloads->count++;
}

struct download *download_begin(struct downloads *downloads, const char *address, int socket,
				int64_t now_ms)
{
	struct download *download = NULL;
	uint64_t bytes = acknowledged(socket);

	pthread_mutex_lock(&downloads->lock);
	if (has_room(downloads, address)) {
		download = xcalloc(1, sizeof(*download));
		*download = (struct download){
			.address = xstrdup(address),
			.socket = socket,
			.begin_bytes = bytes,
			.window_bytes = bytes,
			.window_at_ms = now_ms,
		};
		insert(downloads, download);
	}
	pthread_mutex_unlock(&downloads->lock);
	return download;
}

uint64_t download_end(struct downloads *downloads, struct download *download)
{
	uint64_t bytes = acknowledged(download->socket) - download->begin_bytes;

	pthread_mutex_lock(&downloads->lock);
	if (download->previous)
		download->previous->next = download->next;
	else
		downloads->first = download->next;
	if (download->next)
		download->next->previous = download->previous;
	downloads->count--;
	pthread_mutex_unlock(&downloads->lock);
	free(download->address);
	free(download);
	return bytes;
}

unsigned downloads_count(struct downloads *downloads)
{
	unsigned count;

	pthread_mutex_lock(&downloads->lock);
	count = downloads->count;
	pthread_mutex_unlock(&downloads->lock);
	return count;
}

/* True when it was cut. */
static bool check_window(struct download *download, int64_t now_ms)
{
	uint64_t bytes;

	if (download->is_cut || now_ms - download->window_at_ms < DOWNLOAD_WINDOW_MS)
		return false;
	bytes = acknowledged(download->socket);
	/* The server's thread sees the end of the connection, and calls download_end. */
	if (bytes - download->window_bytes < DOWNLOAD_WINDOW_BYTES)
		download->is_cut = shutdown(download->socket, SHUT_RDWR) == 0;
	download->window_bytes = bytes;
	download->window_at_ms = now_ms;
	return download->is_cut;
}

unsigned downloads_cut_slow(struct downloads *downloads, int64_t now_ms)
{
	unsigned count = 0;

	pthread_mutex_lock(&downloads->lock);
	for (struct download *t = downloads->first; t; t = t->next)
		count += check_window(t, now_ms);
	pthread_mutex_unlock(&downloads->lock);
	return count;
}
