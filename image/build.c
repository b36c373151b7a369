// SPDX-License-Identifier: MIT
/* From a kickstart to a build, and from stages' outputs to results. */
#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "image/build.h"
#include "image/layer.h"
#include "image/lock.h"

/* What appears in OUT, and the stage's file that it is. */
static const struct { const char *from, *to; } results[] = {
	{ "iso/roost.iso", "roost.iso" },
	{ "iso/roost.iso.sha256", "roost.iso.sha256" },
	{ "manifest/roost.manifest.json", "roost.manifest.json" },
	{ "sbom/roost.spdx.json", "roost.spdx.json" },
	{ "initramfs/vmlinuz", "vmlinuz" },
	{ "initramfs/initrd.img", "initrd.img" },
};

static int read_kickstart(const char *path, struct build *build, struct problems *problems)
{
	int r = 0;

	if (ks_parse_file(path, 0, &build->document, problems) < 0 ||
	    ks_read(&image_language, build->document, &build->config, problems) < 0)
		return -1;
	if (image_package_lists(&build->config, &build->wanted, &build->unwanted, problems) < 0)
		r = -1;
	if (r == 0 && !build->wanted)
		r = problem(problems, "%s: no %%packages: expected at least one package", path);
	return r;
}

int build_check(const char *kickstart, struct problems *problems)
{
	struct build build = { 0 };
	int r = read_kickstart(kickstart, &build, problems);

	build_done(&build);
	return r;
}

int build_print_packages(const char *kickstart, FILE *out, struct problems *problems)
{
	struct build build = { 0 };
	int r = read_kickstart(kickstart, &build, problems);

	for (size_t i = 0; r == 0 && build.wanted[i]; i++)
		fprintf(out, "%s\n", build.wanted[i]);
	build_done(&build);
	return r;
}

/* The project's folder is found from the kickstart, so that roost-image runs from anywhere. */
static int find_source(const char *kickstart, char **ret, struct problems *problems)
{
	autofree char *path = realpath(kickstart, NULL);
	char *folder = path;

	if (!path)
		return problem_errno(problems, errno, "%s", kickstart);
	while (strlen(folder) > 1) {
		autofree char *overlay = NULL, *tools = NULL;

		folder = dirname(folder);
		overlay = path_join(folder, "overlay");
		tools = path_join(folder, "tools");
		if (path_exists(overlay) && path_exists(tools)) {
			*ret = xstrdup(folder);
			return 0;
		}
	}
	return problem(problems, "%s: no folder above it holds overlay/ and tools/", kickstart);
}

/* SOURCE_DATE_EPOCH, else the last commit's date, else (an unpacked archive) the kickstart's. */
static int find_date(const char *source, const char *kickstart, time_t *ret,
		     struct problems *problems)
{
	const char *given = getenv("SOURCE_DATE_EPOCH");
	const char *const argv[] = { "git", "-C", source, "log", "-1", "--format=%ct", NULL };
	const struct process process = { .argv = argv };
	struct process_result result = { 0 };
	struct stat st;
	long long date = 0;

	if (given && !str_to_int(given, 1, 1LL << 40, &date))
		return problem(problems, "SOURCE_DATE_EPOCH=%s: expected seconds since 1970", given);
	if (!given && process_run(&process, &result, NULL) == 0 &&
	    !str_to_int(str_trim(result.stdout_text), 1, 1LL << 40, &date))
		date = 0;
	process_result_done(&result);
	if (!date && stat(kickstart, &st) == 0)
		date = st.st_mtime;
	*ret = (time_t)date;
	return 0;
}

static int make_out(const char *out, struct build *build, struct problems *problems)
{
	if (make_folders(out, 0755, problems) < 0)
		return -1;
	build->out = realpath(out, NULL);
	if (!build->out)
		return problem_errno(problems, errno, "%s", out);
	build->cache = path_join(build->out, "cache");
	return make_folders(build->cache, 0755, problems);
}

int build_prepare(const char *kickstart, const char *out, const char *compression,
		  const char *locked, struct build *ret, struct problems *problems)
{
	const char *mirror;

	*ret = (struct build){ .kickstart = kickstart };
	ret->compression = layer_compression(compression);
	if (!ret->compression) {
		autofree char *names = layer_compression_names();

		return problem(problems, "--compress %s: expected one of %s", compression, names);
	}
	if ((locked && lock_read(locked, &ret->lock, problems) < 0) ||
	    read_kickstart(kickstart, ret, problems) < 0 ||
	    find_source(kickstart, &ret->source, problems) < 0 ||
	    find_date(ret->source, kickstart, &ret->source_date, problems) < 0)
		return -1;
	mirror = getenv("MIRROR");
	if (!mirror || !*mirror)
		mirror = ret->config.url.url;
	if (mirror_find("/", mirror, &ret->mirror, problems) < 0)
		return -1;
	return make_out(out, ret, problems);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int publish(const char *from, const char *to, struct problems *problems)
{
	autofree char *new = xasprintf("%s.new", to);

	if (is_same_file(from, to))
		return 0;
	if ((unlink(new) < 0 && errno != ENOENT) || link(from, new) < 0 || rename(new, to) < 0)
		return problem_errno(problems, errno, "%s", to);
	return 0;
}

int build_publish(const struct build *build, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		autofree char *from = path_join(build->cache, results[i].from);
		autofree char *to = path_join(build->out, results[i].to);

		if (publish(from, to, problems) < 0)
			return -1;
	}
	return 0;
}

void build_done(struct build *build)
{
	ks_document_free(build->document);
	ks_config_done(&image_language, &build->config);
	strv_free(build->wanted);
	strv_free(build->unwanted);
	mirror_done(&build->mirror);
	lock_done(&build->lock);
	progress_free(build->progress);
	free(build->source);
	free(build->out);
	free(build->cache);
	*build = (struct build){ 0 };
}
