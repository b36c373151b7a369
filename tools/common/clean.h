// SPDX-License-Identifier: MIT
/* Texts that hardware, firmware and media hold, made fit for JSON and for a terminal. */
#ifndef COMMON_CLEAN_H
#define COMMON_CLEAN_H

#include "common/str.h"

/*
 * At most `max` bytes of UTF-8: white space trimmed at both ends, control characters and bytes that
 * are no UTF-8 replaced by "?", cut between characters. NULL when nothing is left, or raw is NULL.
 * Owned by the caller.
 */
char *clean_text(const char *raw, size_t max);

#endif
