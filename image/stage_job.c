// SPDX-License-Identifier: MIT
/* Making a stage's output; see stage_job.h. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.h"
#include "image/stage_job.h"
#include "image/workspace.h"

#define REPORT_MAX (1024 * 1024)

static unsigned free_mib(const struct build *build)
{
	struct statvfs fs;

	if (statvfs(build->cache, &fs) < 0)
		return 0;
	return (unsigned)((unsigned long long)fs.f_bavail * fs.f_frsize / (1024 * 1024));
}

static int check_space(const struct build *build, const struct stage *stage,
		       struct problems *problems)
{
	unsigned mib = free_mib(build);

	if (mib < stage->needs_mib)
		return problem(problems, "%s: the disk is full: %s needs %u MiB, %u MiB are free",
			       build->out, stage->name, stage->needs_mib, mib);
	return 0;
}

/* A step that failed because the disk filled up says anything; the file system says it plainly. */
static void explain_failure(const struct build *build, const struct stage *stage,
			    struct problems *why, struct problems *problems)
{
	autofree char *text = problems_text(why);
	unsigned mib = free_mib(build);

	if (mib < 8 || strstr(text, "No space left"))
		problem(problems, "%s: the disk is full: %s ran out of space with %u MiB left",
			build->out, stage->name, mib);
	else
		problem(problems, "%s: %s (log: %s/log/%s)", stage->name, text, build->cache,
			stage->name);
}

/* Puts the new output in the old one's place in one step, then removes the old one. */
static int publish(const char *new, const char *old, struct problems *problems)
{
	if (renameat2(AT_FDCWD, new, AT_FDCWD, old, RENAME_EXCHANGE) == 0)
		return remove_tree(new, problems);
	if (errno != ENOENT)
		return problem_errno(problems, errno, "%s", old);
	if (rename(new, old) < 0)
		return problem_errno(problems, errno, "%s", old);
	return 0;
}

static int make_output(struct build *build, const struct stage *stage, const char *new,
		       const char *hash, struct problems *problems)
{
	autofree char *old = path_join(build->cache, stage->name);
	autofree char *hash_file = path_join(new, STAGE_HASH_FILE);
	autofree char *line = xasprintf("%s\n", hash);

	if (remove_tree(new, problems) < 0 || make_folders(new, 0755, problems) < 0 ||
	    stage->run(build, new, problems) < 0 ||
	    file_write_text(hash_file, 0644, line, problems) < 0)
		return -1;
	return publish(new, old, problems);
}

/* What the stage's commands print; kept until the stage runs again. */
static FILE *open_log(const struct build *build, const struct stage *stage)
{
	autofree char *name = xasprintf("log/%s", stage->name);
	autofree char *path = path_join(build->cache, name);

	return make_parent_folders(path, NULL) < 0 ? NULL : fopen(path, "we");
}

static int run_stage(struct build *build, const struct stage *stage, const char *hash,
		     struct problems *problems)
{
	autofree char *new = xasprintf("%s/%s.new", build->cache, stage->name);
	autoproblems struct problems why = { 0 };
	int r;

	if (check_space(build, stage, problems) < 0)
		return -1;
	progress_begin(build->progress, stage->name);
	progress_step(build->progress, "%s", stage->help);
	build->log = open_log(build, stage);
	r = make_output(build, stage, new, hash, &why);
	if (build->log)
		fclose(build->log);
	build->log = NULL;
	if (r < 0) {
		explain_failure(build, stage, &why, problems);
		remove_tree(new, NULL); /* only now: it is what fills the disk */
		return -1;
	}
	progress_end(build->progress);
	return 0;
}

/* Others' mounts are not to be seen, nor ours by them: their outputs are swapped while they are mounted. */
static int own_mounts(const struct build *build, struct problems *problems)
{
	if (unshare(CLONE_NEWNS) < 0)
		return problem_errno(problems, errno, "a mount namespace");
	return workspace_start(build, problems);
}

static _Noreturn void child(struct build *build, const struct stage *stage, const char *hash, int fd)
{
	autoproblems struct problems problems = { 0 };
	FILE *out = fdopen(fd, "w");
	int r = own_mounts(build, &problems);

	if (r == 0)
		r = run_stage(build, stage, hash, &problems);
	if (out)
		problems_print(&problems, out, "");
	fflush(NULL);
	_exit(r < 0 || !out ? EXIT_FAILURE : EXIT_SUCCESS);
}

int stage_job_start(struct build *build, const struct stage *stage, const char *hash,
		    struct stage_job *ret, struct problems *problems)
{
	struct stage_job job = { .fd = memfd_create(stage->name, MFD_CLOEXEC) };

	if (job.fd < 0)
		return problem_errno(problems, errno, "%s: a file in memory", stage->name);
	fflush(NULL);
	job.pid = fork();
	if (job.pid == 0)
		child(build, stage, hash, job.fd);
	if (job.pid < 0) {
		close(job.fd);
		return problem_errno(problems, errno, "%s: fork", stage->name);
	}
	*ret = job;
	return 0;
}

/* The process wrote them into the same file. */
static void take_problems(int fd, struct problems *problems)
{
	autofree char *path = xasprintf("/proc/self/fd/%d", fd), *text = NULL;
	autostrv char **lines = NULL;

	if (file_read(path, REPORT_MAX, &text, NULL, problems) < 0)
		return;
	lines = strv_split(text, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++)
		problem(problems, "%s", lines[i]);
}

int stage_job_end(struct stage_job *job, int status, struct problems *problems)
{
	int r = 0;

	take_problems(job->fd, problems);
	close(job->fd);
	if (WIFSIGNALED(status))
		r = problem(problems, "a stage's process was ended by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != EXIT_SUCCESS)
		r = -1;
	*job = (struct stage_job){ 0 };
	return r;
}
