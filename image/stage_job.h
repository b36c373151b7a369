// SPDX-License-Identifier: MIT
/*
 * A stage that runs, beside others: a process, with mounts of its own (workspace.h).
 */
#ifndef IMAGE_STAGE_JOB_H
#define IMAGE_STAGE_JOB_H

#include "image/stage.h"

/* In a stage's output: the hash of the inputs that it was made from. */
#define STAGE_HASH_FILE "inputs.sha256"

struct stage_job {
	pid_t pid;
	int fd;             /* its problems, a line each */
};

/* Starts a process that makes the stage's output anew. */
int stage_job_start(struct build *build, const struct stage *stage, const char *hash,
		    struct stage_job *ret, struct problems *problems);
/* After waitpid(2), which said `status`: 0, or -1 and the process's problems. The job is no more. */
int stage_job_end(struct stage_job *job, int status, struct problems *problems);

#endif
