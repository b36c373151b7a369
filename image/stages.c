// SPDX-License-Identifier: MIT
/* The stages in order, their hashes, and running what is stale. */
#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include "common/file.h"
#include "image/stage.h"
#include "image/stage_list.h"

/* The map of a build: each line is one file of image/. */
const struct stage *const stages[] = {
	&stage_rootfs,
	&stage_buildroot,
	&stage_tools,
	&stage_trim,
	&stage_packages,
	&stage_initramfs,
	&stage_layer_net,
	&stage_layer_packages,
	&stage_layer_tools,
	&stage_lint,
	&stage_manifest,
	&stage_sbom,
	&stage_efi,
	&stage_iso,
	NULL,
};

#define HASH_FILE "inputs.sha256"

char *stage_path(const struct build *build, const char *stage, const char *file)
{
	return xasprintf("%s/%s/%s", build->cache, stage, file);
}

char *stage_stored_hash(const struct build *build, const char *stage)
{
	autofree char *path = stage_path(build, stage, HASH_FILE);

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

static bool needs_are_cached(const struct stage *stage, const struct stage_status *status)
{
	for (size_t i = 0; stage->needs && stage->needs[i]; i++)
		if (!status[find_stage(stage->needs[i])].is_cached)
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

int stages_status(const struct build *build, struct stage_status **ret, struct problems *problems)
{
	struct stage_status *status = xcalloc(stages_count() + 1, sizeof(*status));

	for (size_t i = 0; stages[i]; i++) {
		/* What a stale stage will make is not known yet, nor then the hash of what reads it. */
		if (!needs_are_cached(stages[i], status))
			continue;
		if (status_of(build, i, status, problems) < 0) {
			stages_status_free(status);
			return -1;
		}
	}
	*ret = status;
	return 0;
}

void stages_status_free(struct stage_status *status)
{
	for (size_t i = 0; status && stages[i]; i++)
		free(status[i].hash);
	free(status);
}

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
	autofree char *hash_file = path_join(new, HASH_FILE);
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

int stages_run(struct build *build, struct problems *problems)
{
	struct stage_status *status = xcalloc(stages_count() + 1, sizeof(*status));
	int r = 0;

	for (size_t i = 0; r == 0 && stages[i]; i++) {
		r = status_of(build, i, status, problems);
		if (r == 0 && !status[i].is_cached)
			r = run_stage(build, stages[i], status[i].hash, problems);
	}
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
