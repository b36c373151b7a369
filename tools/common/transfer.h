// SPDX-License-Identifier: MIT
/* How fast bytes move, and how long they still will: numbers and words for people. */
#ifndef COMMON_TRANSFER_H
#define COMMON_TRANSFER_H

#include <stdint.h>

#include "common/str.h"

/* All times are now_ms's. Begin with transfer_begin; the rest is private. */
struct transfer {
	uint64_t total_bytes;
	uint64_t done_bytes;
	uint64_t rate;          /* bytes a second, smoothed over some seconds; 0: not known yet */
	uint64_t sample_bytes;  /* where the rate was measured last */
	int64_t sample_ms;
	int64_t told_ms;        /* progress.c: when, */
	unsigned told_tenths;   /* and how far it was, when it was told last */
};

/* total_bytes 0: not known; then neither a share nor the time left is told. */
void transfer_begin(struct transfer *transfer, uint64_t total_bytes, int64_t now);
/* The same for one of which done_bytes are there already: they count for the share, not for the rate. */
void transfer_continue(struct transfer *transfer, uint64_t total_bytes, uint64_t done_bytes,
		       int64_t now);
void transfer_update(struct transfer *transfer, uint64_t done_bytes, int64_t now);
/* How many tenths are done; 0 when the total is not known. */
unsigned transfer_tenths(uint64_t total_bytes, uint64_t done_bytes);
/* "43 %, 48.2 of 112.7 MB, 12.3 MB/s, 5 s left"; owned by the caller. */
char *transfer_text(const struct transfer *transfer);

/* "112.7 MB": decimal units, as media are sold. Owned by the caller. */
char *size_text(uint64_t bytes);

#endif
