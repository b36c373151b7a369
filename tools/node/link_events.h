// SPDX-License-Identifier: MIT
/*
 * Waiting for the network to change: links and addresses (rtnetlink), and files
 * that appear in a folder or are replaced (inotify; not files that are only written to, such as a lock
 * or a log). Nothing is parsed: whoever waits looks again at what interests it.
 */
#ifndef NODE_LINK_EVENTS_H
#define NODE_LINK_EVENTS_H

#include <stdint.h>

#include "common/problems.h"

struct link_events {
	int netlink;
	int files;
};

/* `folder` may be NULL. */
int link_events_open(struct link_events *events, const char *folder, struct problems *problems);
/* The folder alone, without links. */
int file_events_open(struct link_events *events, const char *folder, struct problems *problems);
/* Files that go from the folder. */
int removal_events_open(struct link_events *events, const char *folder, struct problems *problems);
/* True when something changed, false at the deadline (a now_ms value; -1: none). */
bool link_events_wait(struct link_events *events, int64_t deadline_ms);
void link_events_close(struct link_events *events);

#endif
