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

struct task_result {
	int code;               /* EXIT_DONE, EXIT_TEMPORARY or EXIT_PERMANENT */
	char *reason;           /* why not, or what is missing though it is done; NULL: nothing */
	char *note;             /* a line for the timeline; NULL when there is none */
	int volumes;            /* that a pool lists; -1: not a pool */
	pid_t left;             /* the child, killed at its deadline and not ended yet; 0: none */
};

struct task {
	const char *kind;       /* "iscsi", "nfs", "libvirt", "pool": the word in reports */
	char *name;
	int after;              /* index of the task that must be done first, or TASK_NONE */
	int timeout_ms;
	/* Lets tasks of other kinds go first as long as one of them ends each so often; 0: starts when it can. */
	int yields_ms;
	/*
	 * The work, in a child process: 0, or -1 with problems, which become the reason. It may set
	 * the note, the volumes, and the code of a failure (EXIT_TEMPORARY unless it knows better).
	 * Work that is done with something missing (one path of two) is 0 with the reason set: what
	 * comes after it goes on, and it is tried again.
	 */
	int (*run)(const void *arg, struct task_result *ret, struct problems *problems);
	const void *arg;        /* borrowed */

	struct task_result result; /* filled in by tasks_run */
};

struct tasks {
	struct task *items;
	size_t count;
	size_t at_once;         /* how many of a kind run at the same time, at most; 0: all that can */
};

static inline bool task_is_done(const struct task *task)
{
	return task->result.code == EXIT_DONE;
}

/* Done, and nothing is missing. */
static inline bool task_is_whole(const struct task *task)
{
	return task_is_done(task) && !task->result.reason;
}

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
/*
 * What a program that ran them exits with: EXIT_DONE when all is whole; EXIT_TEMPORARY when trying
 * again may help one of them; EXIT_PERMANENT when it helps none of those left undone.
 */
int tasks_exit_code(const struct tasks *tasks);
void tasks_done(struct tasks *tasks);

#endif
