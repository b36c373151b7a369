// SPDX-License-Identifier: MIT
/*
 * The journal, read from a place on. It is also the buffer: it is in RAM and bounded (journald.conf.d), and
 * what was not read when it makes room is lost.
 */
#ifndef NODE_LOG_JOURNAL_H
#define NODE_LOG_JOURNAL_H

#include "common/problems.h"
#include "node/log_entry.h"

struct log_journal;

/* Of ROOT/run/log/journal. NULL with a problem. */
struct log_journal *log_journal_open(const char *root, struct problems *problems);
void log_journal_close(struct log_journal *journal);

/* For poll(2): readable when something was added; then log_journal_process(). */
int log_journal_fd(const struct log_journal *journal);
void log_journal_process(struct log_journal *journal);

/*
 * The next entry is the one behind this cursor; NULL: the first one. True when the place is gone: then it is
 * the oldest that is left, and entries may be lost between.
 */
bool log_journal_seek(struct log_journal *journal, const char *cursor);
/* 1 with the entry, and its cursor for free(); 0 when there is none yet; -1 with a problem. */
int log_journal_next(struct log_journal *journal, struct log_entry *ret, char **ret_cursor,
		     struct problems *problems);

#endif
