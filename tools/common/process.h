// SPDX-License-Identifier: MIT
/*
 * Running other programs: an argument vector, never a shell; a deadline, never a hang.
 */
#ifndef COMMON_PROCESS_H
#define COMMON_PROCESS_H

#include "common/problems.h"

struct process {
	const char *const *argv;  /* NULL-terminated; argv[0] is looked up in PATH */
	const char *const *env;   /* "NAME=value" added to the environment; NULL for none */
	const char *folder;       /* working directory; NULL for the caller's */
	const char *input;        /* bytes for standard input; NULL means /dev/null */
	size_t input_len;
	int output_fd;            /* 0: captured; otherwise standard output and error go there */
	size_t output_max;        /* captured bytes kept (the last ones); 0 means 64 KiB */
	int timeout_ms;           /* 0 means 60 seconds; afterwards SIGTERM, 2 s later SIGKILL */
	/* Called with each line of captured output as it comes; NULL for none. */
	void (*on_line)(const char *line, void *userdata);
	void *userdata;
};

struct process_result {
	int status;       /* exit status; 128 + signal; 127 when it could not be started */
	bool timed_out;
	char *output;     /* standard output and error together, NUL-terminated */
	size_t output_len;
	char *stdout_text; /* standard output alone */
};

/*
 * Runs to the end. 0 when it exited with status 0; otherwise -1 and a problem that names the
 * program, its exit status or the time limit, and its last line of output. The result is filled
 * in both cases (NULL when not wanted); free it with process_result_done.
 */
int process_run(const struct process *process, struct process_result *ret,
		struct problems *problems);
/* process_run with defaults: process_call(problems, "udevadm", "settle", NULL). */
int process_call(struct problems *problems, const char *program, ...) __attribute__((sentinel));
void process_result_done(struct process_result *result);

#endif
