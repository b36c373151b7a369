// SPDX-License-Identifier: MIT
/*
 * Attaching storage as a small graph of tasks: each runs in a process of its own, against a
 * deadline, as soon as the task it depends on is done. Calls that block for ever (a mount, a
 * libvirt call on a dead server) therefore stop one task and nothing else.
 */
#ifndef NODE_STORAGE_TASKS_H
#define NODE_STORAGE_TASKS_H

#include <jansson.h>

#include "common/cli.h"

#define TASK_NONE (-1)

struct task {
	const char *kind;       /* "iscsi", "nfs", "libvirt", "pool": the word in reports */
	char *name;
	int after;              /* index of the task that must be done first, or TASK_NONE */
	int timeout_ms;
	/*
	 * The work, in a child process: 0, or -1 with problems. *ret_note: a line for the timeline
	 * (may stay NULL); *ret_code: EXIT_TEMPORARY unless the task knows better.
	 */
	int (*run)(const void *arg, char **ret_note, int *ret_code, struct problems *problems);
	const void *arg;        /* borrowed */

	/* Filled in by tasks_run. */
	bool is_ok;
	int code;               /* EXIT_DONE, EXIT_TEMPORARY or EXIT_PERMANENT */
	char *reason;           /* NULL when ok */
	char *note;             /* NULL when there is none */
};

struct tasks {
	struct task *items;
	size_t count;
};

/* Adds a copy of `task` (its name is taken over); returns its index. */
int tasks_add(struct tasks *tasks, struct task task);
/* The index of the task of this kind and name, or TASK_NONE. */
int tasks_find(const struct tasks *tasks, const char *kind, const char *name);
/*
 * Runs them all; returns when each has ended or run out of time. `on_end` (may be NULL) is called
 * for each, in the order in which they end.
 */
void tasks_run(struct tasks *tasks, void (*on_end)(const struct task *task, void *userdata),
	       void *userdata);
void tasks_done(struct tasks *tasks);

#endif
