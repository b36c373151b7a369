// SPDX-License-Identifier: MIT
/* Root trees by mmdebstrap; see bootstrap.h. */
#include <glob.h>

#include "common/file.h"
#include "common/process.h"
#include "image/bootstrap.h"
#include "image/lock.h"
#include "image/workspace.h"

#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"
#define ARCHIVES "/var/cache/apt/archives"
#define LISTS "/var/lib/apt/lists"
#define LISTS_DIGEST "digest"
#define DATE_FILE "date"

/* deb(5): "!<arch>\n", then the name of the first part in 16 characters, and its time in 12. */
#define DEB_DATE_AT (8 + 16)
#define DEB_DATE_LEN 12

/*
 * For dpkg. Unpacking is quicker without what images leave out (%trim: mmdebstrap unpacks the first packages
 * by itself, with all that is in them), and without a sync for each file; the copyright files are for the
 * SBOM. A file and not mmdebstrap's --dpkgopt: for paths in that, mmdebstrap has a slow program look at each
 * file of the first packages.
 */
#define DPKG_CONFIG "/etc/dpkg/dpkg.cfg.d/roost"
static const char dpkg_config[] =
	"path-exclude=/usr/share/doc/*\n"
	"path-include=/usr/share/doc/*/copyright\n"
	"path-exclude=/usr/share/man/*\n"
	"path-exclude=/usr/share/info/*\n"
	"path-exclude=/usr/share/locale/*\n"
	"path-exclude=/usr/share/lintian/*\n"
	"path-exclude=/usr/share/bash-completion/*\n"
	"force-confold\n"
	"force-unsafe-io\n";

static char **apt_sources(const struct build *build)
{
	char **sources = NULL;

	strv_pushf(&sources, "deb %s %s main", build->mirror.main, IMAGE_SUITE);
	strv_pushf(&sources, "deb %s %s-updates main", build->mirror.main, IMAGE_SUITE);
	if (build->mirror.security)
		strv_pushf(&sources, "deb %s %s-security main", build->mirror.security,
			   IMAGE_SUITE);
	for (size_t i = 0; i < build->config.repos_count; i++) {
		const struct image_repo *repo = &build->config.repos[i];
		autofree char *components = strv_join(repo->components, " ");

		strv_pushf(&sources, "deb %s %s %s",
			   repo->baseurl ? repo->baseurl : build->mirror.main, repo->name,
			   components);
	}
	return sources;
}

void bootstrap_lists_inputs(const struct build *build, struct inputs *inputs)
{
	autostrv char **sources = apt_sources(build);

	inputs_strv(inputs, "sources", sources);
	inputs_text(inputs, "locked", build->lock.digest);
}

int bootstrap_tree_inputs(const struct build *build, struct inputs *inputs, const char *const *packages,
			  struct problems *problems)
{
	autofree char *listed = stage_path(build, "lists", LISTS_DIGEST);

	inputs_strv(inputs, "packages", (char *const *)packages);
	inputs_text(inputs, "locked", build->lock.digest);
	return path_exists(listed) ? inputs_file(inputs, listed, problems) : 0;
}

/* `packages`: NULL to read the lists and install nothing. */
static int mmdebstrap(const struct build *build, const char *tree, const char *const *packages,
		      struct problems *problems)
{
	static const char *const env[] = { "INITRD=No", NULL };
	autofree char *include = strv_join((char *const *)packages, ",");
	autostrv char **sources = apt_sources(build), **argv = NULL;

	strv_push(&argv, "mmdebstrap");
	strv_push(&argv, "--mode=root");
	strv_push(&argv, "--format=directory");
	strv_push(&argv, "--skip=check/empty,cleanup/apt");
	strv_push(&argv, "--keyring=" KEYRING);
	strv_push(&argv, "--aptopt=Acquire::Retries \"3\"");
	strv_push(&argv, "--aptopt=Acquire::Languages \"none\"");
	/* A mirror of an earlier day is out of date; what is taken from it is checked against the lock. */
	if (build->lock.lines)
		strv_push(&argv, "--aptopt=Acquire::Check-Valid-Until \"false\"");
	if (packages) {
		strv_push(&argv, "--variant=minbase");
		strv_push(&argv, "--skip=update,download/empty,essential/unlink");
		strv_pushf(&argv, "--include=%s", include);
	} else {
		strv_push(&argv, "--variant=custom");
	}
	strv_push(&argv, IMAGE_SUITE);
	strv_push(&argv, tree);
	for (size_t i = 0; sources[i]; i++)
		strv_push(&argv, sources[i]);
	return run_command(build, &(struct chroot_command){ .argv = (const char *const *)argv, .env = env },
			   problems);
}

/* Apt's caches, which have the trees' paths in them, are as large as the lists and quickly made anew. */
static int remove_apt_caches(const char *tree, struct problems *problems)
{
	autofree char *packages = path_in_root(tree, "/var/cache/apt/pkgcache.bin");
	autofree char *sources = path_in_root(tree, "/var/cache/apt/srcpkgcache.bin");

	return remove_tree(packages, problems) < 0 ? -1 : remove_tree(sources, problems);
}

/* Not of the Release files: those are signed anew every few hours, whatever they list. */
static int write_lists_digest(const char *tree, const char *folder, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, LISTS "/*_Packages*");
	autofree char *path = path_join(folder, LISTS_DIGEST), *text = NULL;
	autostrv char **digests = NULL;
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && r == 0; i++) {
			autofree char *digest = NULL;

			r = sha256_file(found.gl_pathv[i], &digest, problems);
			if (r == 0)
				strv_push(&digests, digest);
		}
	globfree(&found);
	if (r < 0)
		return -1;
	if (!digests)
		return problem(problems, "%s: there is none: expected apt's lists there", pattern);
	text = strv_join(digests, "\n");
	return file_write_text(path, 0644, text, problems);
}

int bootstrap_lists(const struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");

	if (mirror_check(&build->mirror, IMAGE_SUITE, problems) < 0 ||
	    make_folders(tree, 0755, problems) < 0 ||
	    mmdebstrap(build, tree, NULL, problems) < 0 || remove_apt_caches(tree, problems) < 0)
		return -1;
	return write_lists_digest(tree, folder, problems);
}

static int copy_lists(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *from = stage_path(build, "lists", "tree" LISTS), *to = path_in_root(tree, LISTS);

	if (make_parent_folders(to, problems) < 0)
		return -1;
	return process_call(problems, "cp", "-a", from, to, NULL);
}

static int remove_lists(const char *tree, struct problems *problems)
{
	autofree char *lists = path_in_root(tree, LISTS);

	return remove_tree(lists, problems) < 0 ? -1 : remove_apt_caches(tree, problems);
}

static int bind_archives(const char *debs, const char *archives, struct problems *problems)
{
	autofree char *partial = path_join(debs, "partial");

	if (make_folders(partial, 0755, problems) < 0 ||
	    make_folders(archives, 0755, problems) < 0)
		return -1;
	return bind_mount(debs, archives, false, problems);
}

/* The packages' files are in `debs`. */
static int install(const struct build *build, const char *tree, const char *debs, const char *const *packages,
		   struct problems *problems)
{
	autofree char *archives = path_in_root(tree, ARCHIVES);
	int r;

	if (bind_archives(debs, archives, problems) < 0)
		return -1;
	r = mmdebstrap(build, tree, packages, problems);
	/* Also after a failure: who removes the tree would remove the downloads. */
	if (unmount_all(archives, problems) < 0)
		return -1;
	return r;
}

/* The time of the file's first part, deb(5) and ar(5). */
static int deb_date(const char *path, long long *ret, struct problems *problems)
{
	char head[DEB_DATE_AT + DEB_DATE_LEN + 1] = "";
	FILE *file = fopen(path, "re");
	bool is_read = file && fread(head, sizeof(head) - 1, 1, file) == 1;

	if (file)
		fclose(file);
	if (!is_read || !str_after(head, "!<arch>\ndebian-binary ") ||
	    !str_to_int(str_trim(head + DEB_DATE_AT), 0, 1LL << 40, ret))
		return problem(problems, "%s: expected a Debian package, which begins with its format and date", path);
	return 0;
}

static int write_date(const struct dpkg_status *installed, const char *debs, const char *folder,
		      struct problems *problems)
{
	autofree char *path = path_join(folder, DATE_FILE), *text = NULL;
	long long newest = 0;

	for (size_t i = 0; i < installed->count; i++) {
		autofree char *name = dpkg_deb_name(&installed->packages[i]);
		autofree char *deb = path_join(debs, name);
		long long date = 0;

		if (deb_date(deb, &date, problems) < 0)
			return -1;
		newest = date > newest ? date : newest;
	}
	text = xasprintf("%lld\n", newest);
	return file_write_text(path, 0644, text, problems);
}

/* What is told of the packages in `tree`: folder/packages and folder/date. */
static int write_records(const struct build *build, const char *tree, const char *debs, const char *folder,
			 struct problems *problems)
{
	struct dpkg_status installed;
	int r;

	if (dpkg_status_read(tree, &installed, problems) < 0)
		return -1;
	r = lock_write_lines(build, &installed, debs, folder, problems);
	if (r == 0)
		r = write_date(&installed, debs, folder, problems);
	dpkg_status_done(&installed);
	return r;
}

int bootstrap_tree(const struct build *build, const char *stage, const char *folder,
		   const char *const *packages, struct problems *problems)
{
	/* A folder for each stage: they download at the same time. */
	autofree char *debs = xasprintf("%s/debs/%s", build->cache, stage);
	autofree char *tree = path_join(folder, "tree");
	autofree char *config = path_in_root(tree, DPKG_CONFIG);

	if (file_write_text(config, 0644, dpkg_config, problems) < 0 ||
	    (build->lock.lines && lock_pin(&build->lock, tree, problems) < 0) ||
	    copy_lists(build, tree, problems) < 0 ||
	    install(build, tree, debs, packages, problems) < 0 || remove_lists(tree, problems) < 0)
		return -1;
	progress_step(build->progress, "listing the packages");
	return write_records(build, tree, debs, folder, problems);
}

int bootstrap_date(const struct build *build, const char *stage, time_t *ret, struct problems *problems)
{
	autofree char *path = stage_path(build, stage, DATE_FILE);
	autofree char *line = file_read_line(path);
	long long date;

	if (!line || !str_to_int(line, 0, 1LL << 40, &date))
		return problem(problems, "%s: expected a number of seconds", path);
	*ret = (time_t)date;
	return 0;
}
