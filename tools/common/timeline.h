// SPDX-License-Identifier: MIT
/*
 * The boot's timeline: /run/roost/timeline, one line an event, appended by every program.
 * Grammar of a line: MILLISECONDS-SINCE-KERNEL-START SPACE EVENT SPACE TEXT NEWLINE
 */
#ifndef COMMON_TIMELINE_H
#define COMMON_TIMELINE_H

#include <jansson.h>

#include "common/problems.h"

#define TIMELINE_PATH "/run/roost/timeline"

/* EVENT: a word of [a-z0-9-]. Best effort: the boot never fails because of its timeline. */
void timeline_mark(const char *root, const char *event, const char *fmt, ...) printf_like(3, 4);
/* At most 200 newest events as [{"t_ms","event","text"}], oldest first; never NULL. */
json_t *timeline_json(const char *root);

#endif
