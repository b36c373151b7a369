// SPDX-License-Identifier: MIT
/* The stages in order, their hashes, and running what is stale. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.h"
#include "image/stage_job.h"
#include "image/stage_list.h"

/* The map of a build: each line is one file of image/. Of several that could run, the first go first. */
const struct stage *const stages[] = {
	&stage_lists,
	&stage_buildroot,
	&stage_rootfs,
	&stage_tools,
	&stage_trim,
	&stage_layer_net,
	&stage_layer_packages,
	&stage_initramfs,
	&stage_packages,
	&stage_layer_tools,
	&stage_lint,
	&stage_manifest,
	&stage_sbom,
	&stage_efi,
	&stage_iso,
	NULL,
};

char *stage_path(const struct build *build, const char *stage, const char *file)
{
	return xasprintf("%s/%s/%s", build->cache, stage, file);
}

char *stage_stored_hash(const struct build *build, const char *stage)
{
	autofree char *path = stage_path(build, stage, STAGE_HASH_FILE);

	return file_read_line(path);
}

static size_t find_stage(const char *name)
{
	size_t i = 0;

	while (!streq(stages[i]->name, name))
		i++;
	return i;
}

/* The needs' hashes stand in `status`: they are earlier in the table. */
static int hash_stage(const struct build *build, const struct stage *stage,
		      const struct stage_status *status, char **ret, struct problems *problems)
{
	struct inputs inputs = { .digest = digest_new() };
	autofree char *hash = NULL;
	int r = 0;

	inputs_text(&inputs, stage->name, stage->version);
	for (size_t i = 0; stage->needs && stage->needs[i]; i++) {
		const struct stage_status *need = &status[find_stage(stage->needs[i])];

		inputs_text(&inputs, stage->needs[i], need->hash);
	}
	if (stage->inputs)
		r = stage->inputs(build, &inputs, problems);
	hash = digest_end(inputs.digest);
	if (r == 0)
		*ret = take_ptr(hash);
	return r;
}

static bool are_cached(const char *const *names, const struct stage_status *status)
{
	for (size_t i = 0; names && names[i]; i++)
		if (!status[find_stage(names[i])].is_cached)
			return false;
	return true;
}

static int status_of(const struct build *build, size_t i, struct stage_status *status,
		     struct problems *problems)
{
	autofree char *stored = stage_stored_hash(build, stages[i]->name);

	if (hash_stage(build, stages[i], status, &status[i].hash, problems) < 0)
		return -1;
	status[i].is_cached = stored && streq(stored, status[i].hash);
	return 0;
}

static size_t stages_count(void)
{
	size_t n = 0;

	while (stages[n])
		n++;
	return n;
}

static bool is_used_up(size_t live, const struct stage_status *status)
{
	for (size_t i = live + 1; stages[i]; i++)
		if (!status[i].is_cached &&
		    (strv_contains((char *const *)stages[i]->needs, stages[live]->name) ||
		     strv_contains((char *const *)stages[i]->after, stages[live]->name)))
			return false;
	return true;
}

int stages_status(const struct build *build, struct stage_status **ret, struct problems *problems)
{
	struct stage_status *status = xcalloc(stages_count() + 1, sizeof(*status));

	for (size_t i = 0; stages[i]; i++) {
		/* What a stale stage will make is not known yet, nor then the hash of what reads it. */
		if (!are_cached(stages[i]->needs, status) || !are_cached(stages[i]->after, status))
			continue;
		if (status_of(build, i, status, problems) < 0) {
			stages_status_free(status);
			return -1;
		}
	}
	for (size_t i = 0; stages[i]; i++)
		if (stages[i]->is_live && !is_used_up(i, status))
			status[i].is_cached = false;
	*ret = status;
	return 0;
}

void stages_status_free(struct stage_status *status)
{
	for (size_t i = 0; status && stages[i]; i++)
		free(status[i].hash);
	free(status);
}

/* ---- Running what is stale ---- */

/* Stages that run now, each in the place that it has in stages[]; pid 0: it does not. */
struct jobs {
	struct stage_job *items;
	size_t running, at_once;
};

/* Looks at the stage as soon as its inputs are there, and starts it when it is stale and there is room. */
static int start_stage(struct build *build, size_t i, struct stage_status *status, struct jobs *jobs,
		       struct problems *problems)
{
	if (!are_cached(stages[i]->needs, status) || !are_cached(stages[i]->after, status))
		return 0;
	if (!status[i].hash && status_of(build, i, status, problems) < 0)
		return -1;
	if (status[i].is_cached || jobs->items[i].pid || jobs->running == jobs->at_once)
		return 0;
	if (stage_job_start(build, stages[i], status[i].hash, &jobs->items[i], problems) < 0)
		return -1;
	jobs->running++;
	return 0;
}

/* The build is its namespace's first process, so others may end here, too: whom their parents left. */
static int wait_for_stage(struct stage_status *status, struct jobs *jobs, struct problems *problems)
{
	int exit_status;
	pid_t pid = waitpid(-1, &exit_status, 0);

	if (pid < 0 && errno != EINTR)
		return problem_errno(problems, errno, "waiting for a stage");
	for (size_t i = 0; pid > 0 && stages[i]; i++) {
		if (jobs->items[i].pid != pid)
			continue;
		jobs->running--;
		if (stage_job_end(&jobs->items[i], exit_status, problems) < 0)
			return -1;
		status[i].is_cached = true;
	}
	return 0;
}

/* Their hashes, so that they are made anew; their outputs stay until then. */
static int forget_old_news(const struct build *build, struct problems *problems)
{
	struct stage_status *status;
	int r = 0;

	if (stages_status(build, &status, problems) < 0)
		return -1;
	for (size_t i = 0; stages[i] && r == 0; i++) {
		autofree char *hash = stage_path(build, stages[i]->name, STAGE_HASH_FILE);

		if (stages[i]->is_live && !status[i].is_cached)
			r = remove_tree(hash, problems);
	}
	stages_status_free(status);
	return r;
}

int stages_run(struct build *build, struct problems *problems)
{
	struct stage_status *status = xcalloc(stages_count() + 1, sizeof(*status));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct jobs jobs = {
		.items = xcalloc(stages_count() + 1, sizeof(*jobs.items)),
		.at_once = processors > 1 ? (size_t)processors : 1,
	};
	int r = forget_old_news(build, problems);

	while (r == 0) {
		for (size_t i = 0; r == 0 && stages[i]; i++)
			r = start_stage(build, i, status, &jobs, problems);
		if (jobs.running == 0)
			break;
		if (r == 0)
			r = wait_for_stage(status, &jobs, problems);
	}
	free(jobs.items);
	stages_status_free(status);
	return r;
}

int stages_sweep(const struct build *build, struct problems *problems)
{
	int r = 0;

	for (size_t i = 0; stages[i]; i++) {
		autofree char *path = xasprintf("%s/%s.new", build->cache, stages[i]->name);

		if (remove_tree(path, problems) < 0)
			r = -1;
	}
	return r;
}
