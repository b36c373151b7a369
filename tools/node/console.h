// SPDX-License-Identifier: MIT
/*
 * The parts of the console: where it prints, and which events it has printed.
 */
#ifndef NODE_CONSOLE_H
#define NODE_CONSOLE_H

#include <sys/types.h>

#include "common/problems.h"

/* A terminal, or standard output. */
struct console_out {
	int fd;
	bool is_gone; /* nothing is behind the device: a serial port that does not exist */
};

/* path NULL is standard output. A device is opened without waiting for a carrier. */
int console_open(const char *path, struct console_out *ret, struct problems *problems);
/*
 * A terminal that takes nothing for five seconds (flow control, nobody reads) loses the rest of the
 * text: then what comes later is still current. -1 when the device is gone.
 */
int console_write(struct console_out *out, const char *text);

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
