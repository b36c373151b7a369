// SPDX-License-Identifier: MIT
/* Why a unit failed, in the words of the program that it ran. */
#ifndef NODE_STORAGE_JOURNAL_H
#define NODE_STORAGE_JOURNAL_H

#include <stdint.h>

/* The clock of journal_unit_message. */
int64_t journal_now_us(void);
/*
 * The last line that the unit's processes have written since then. Waits at most a second for it.
 * NULL when there is none. Owned by the caller.
 */
char *journal_unit_message(const char *unit, int64_t since_us);

#endif
