// SPDX-License-Identifier: MIT
/*
 * What the build is doing, on standard error: on a terminal one line that is rewritten, otherwise
 * one line a step, with the elapsed time in front.
 */
#ifndef IMAGE_PROGRESS_H
#define IMAGE_PROGRESS_H

#include <stdbool.h>

#include "common/str.h"

struct progress;

struct progress *progress_new(void);
void progress_free(struct progress *progress);

/* A stage begins; what it does is told by progress_step. */
void progress_begin(struct progress *progress, const char *stage);
void progress_step(struct progress *progress, const char *fmt, ...) printf_like(2, 3);
/* The stage is done. */
void progress_end(struct progress *progress);
/* A line that stays. */
void progress_say(struct progress *progress, const char *fmt, ...) printf_like(2, 3);

#endif
