// SPDX-License-Identifier: MIT
/*
 * The parts of the console: printing, and the events that were not printed yet.
 */
#ifndef NODE_CONSOLE_H
#define NODE_CONSOLE_H

#include <sys/types.h>

/*
 * Writes the text to standard output. A terminal that takes nothing for five seconds (nobody reads)
 * loses the rest of it: then what comes later is still current. -1 when nothing is behind it: a
 * serial port that this machine does not have.
 */
int console_write(const char *text);

/* How far the timeline has been read. */
struct timeline_reader {
	off_t offset;
};

/*
 * The timeline's new events as lines "roost: [  12.345] event text"; NULL when there are none.
 * Owned by the caller.
 */
char *timeline_news(struct timeline_reader *reader, const char *root);

#endif
