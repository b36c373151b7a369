// SPDX-License-Identifier: MIT
/*
 * Files on their way to clients of one address: how many at once, and who is too slow to be kept. A
 * client that cannot be taken is told so and comes again; one that hardly reads must not hold a place
 * that others wait for. May be used by several threads.
 */
#ifndef APPLIANCE_DOWNLOADS_H
#define APPLIANCE_DOWNLOADS_H

#include <stdbool.h>
#include <stdint.h>

/* A client has to take so much in a window, from its first one on; a boot over a slow line is faster. */
#define DOWNLOAD_WINDOW_MS 30000
#define DOWNLOAD_WINDOW_BYTES (240 * 1024)

struct downloads;
struct download;

/* At most `max` at once, `per_address_max` of them to one address. Owned by the caller. */
struct downloads *downloads_new(unsigned max, unsigned per_address_max);
/* All have ended before. NULL is fine. */
void downloads_free(struct downloads *downloads);

/*
 * Takes one more, over a connected TCP socket that stays open until download_end; NULL when there are
 * too many. The address is copied.
 */
struct download *download_begin(struct downloads *downloads, const char *address, int socket,
				int64_t now_ms);
/* Bytes that the client has got: all TCP data, TLS and head included, that it has acknowledged. */
uint64_t download_end(struct downloads *downloads, struct download *download);
unsigned downloads_count(struct downloads *downloads);
/*
 * Shuts down the sockets of those that got less than DOWNLOAD_WINDOW_BYTES in their last window; to be
 * called several times in a window. Returns how many.
 */
unsigned downloads_cut_slow(struct downloads *downloads, int64_t now_ms);

#endif
