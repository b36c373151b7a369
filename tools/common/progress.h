// SPDX-License-Identifier: MIT
/*
 * What long work is doing, on standard error: on a terminal one line that is rewritten, otherwise
 * one line a step, with the elapsed time in front.
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>

#include "common/transfer.h"

struct progress;

struct progress *progress_new(void);
/* Clears a line that does not stay. NULL is fine. */
void progress_free(struct progress *progress);

/* A stage begins; what it does is told by progress_step. NULL: what follows is of no stage. */
void progress_begin(struct progress *progress, const char *stage);
void progress_step(struct progress *progress, const char *fmt, ...) printf_like(2, 3);
/* How far a transfer is; call it as often as you like: a person is told five times a second, a log
 * at every tenth of the way, and every ten seconds. */
void progress_transfer(struct progress *progress, struct transfer *transfer, uint64_t done_bytes);
/* The stage is done. */
void progress_end(struct progress *progress);
/* A line that stays. */
void progress_say(struct progress *progress, const char *fmt, ...) printf_like(2, 3);

#endif
