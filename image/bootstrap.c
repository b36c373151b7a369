// SPDX-License-Identifier: MIT
/* Root trees by mmdebstrap; see bootstrap.h. */
#include "common/file.h"
#include "common/process.h"
#include "image/bootstrap.h"
#include "image/lock.h"
#include "image/workspace.h"

#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"
#define ARCHIVES "/var/cache/apt/archives"
#define LISTS "/var/lib/apt/lists"

/*
 * For dpkg. Unpacking is quicker without what every image leaves out, and without a sync for each file; the
 * copyright files are for the SBOM. A file and not mmdebstrap's --dpkgopt: for paths in that, mmdebstrap has
 * a slow program look at each file of the first packages.
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

void bootstrap_sources(const struct build *build, struct inputs *inputs)
{
	autostrv char **sources = apt_sources(build);

	inputs_strv(inputs, "sources", sources);
	inputs_text(inputs, "locked", build->lock.digest);
}

/* Not the lists' own inputs: read anew for one tree's sake, they are mostly what they were. */
int bootstrap_inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *releases = stage_path(build, "lists", "releases");

	bootstrap_sources(build, inputs);
	return path_exists(releases) ? inputs_file(inputs, releases, problems) : 0;
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

int bootstrap_lists(const struct build *build, const char *tree, struct problems *problems)
{
	if (mirror_check(&build->mirror, IMAGE_SUITE, problems) < 0 ||
	    make_folders(tree, 0755, problems) < 0)
		return -1;
	return mmdebstrap(build, tree, NULL, problems);
}

/* What bootstrap_lists() read. */
static int copy_lists(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *from = stage_path(build, "lists", "tree" LISTS), *to = path_in_root(tree, LISTS);

	if (make_parent_folders(to, problems) < 0)
		return -1;
	return process_call(problems, "cp", "-a", from, to, NULL);
}

/* A folder for each stage: they download at the same time. */
static char *debs_folder(const struct build *build, const char *stage)
{
	return xasprintf("%s/debs/%s", build->cache, stage);
}

static int bind_archives(const struct build *build, const char *tree, const char *stage,
			 struct problems *problems)
{
	autofree char *debs = debs_folder(build, stage);
	autofree char *partial = path_join(debs, "partial");
	autofree char *archives = path_in_root(tree, ARCHIVES);

	if (make_folders(partial, 0755, problems) < 0 ||
	    make_folders(archives, 0755, problems) < 0)
		return -1;
	return bind_mount(debs, archives, false, problems);
}

int bootstrap_tree(const struct build *build, const char *stage, const char *folder,
		   const char *const *packages, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	autofree char *archives = path_in_root(tree, ARCHIVES);
	autofree char *config = path_in_root(tree, DPKG_CONFIG);

	if (bind_archives(build, tree, stage, problems) < 0 ||
	    file_write_text(config, 0644, dpkg_config, problems) < 0 ||
	    (build->lock.lines && lock_pin(&build->lock, tree, problems) < 0) ||
	    copy_lists(build, tree, problems) < 0 ||
	    mmdebstrap(build, tree, packages, problems) < 0 ||
	    unmount_all(archives, problems) < 0)
		return -1;
	progress_step(build->progress, "listing the packages");
	return lock_write_lines(build, stage, tree, folder, problems);
}

char *bootstrap_deb(const struct build *build, const char *stage, const struct dpkg_package *package)
{
	autofree char *folder = debs_folder(build, stage), *name = dpkg_deb_name(package);

	return path_join(folder, name);
}
