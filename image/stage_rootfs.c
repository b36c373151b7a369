// SPDX-License-Identifier: MIT
/*
 * The root tree: Debian's packages, as mmdebstrap installs them. Output: tree/, packages (a LOCK_LINE
 * each, lock.h), date (seconds; the mirror's newest state).
 */
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/lock.h"
#include "image/stage_list.h"
#include "image/workspace.h"

#define KEYRING "/usr/share/keyrings/debian-archive-keyring.gpg"
#define ARCHIVES "/var/cache/apt/archives"

/* Unpacking is quicker without what every image leaves out. */
static const char *const never_unpacked[] = {
	"/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*",
	"/usr/share/lintian/*", "/usr/share/bash-completion/*", NULL,
};

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

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autostrv char **sources = apt_sources(build);

	(void)problems;
	inputs_strv(inputs, "sources", sources);
	inputs_strv(inputs, "packages", build->wanted);
	inputs_strv(inputs, "without", build->unwanted);
	inputs_text(inputs, "locked", build->lock.digest);
	return 0;
}

/* apt would install what is left out when something depends on it: a pin says no, and apt says why. */
static int write_pins(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/etc/apt/preferences.d/roost");
	autofree char *names = strv_join(build->unwanted, " ");
	autofree char *text = xasprintf("Package: %s\nPin: release *\nPin-Priority: -1\n", names);

	return build->unwanted ? file_write_text(path, 0644, text, problems) : 0;
}

/* Neither initramfs-tools' image nor its triggers are wanted: dracut makes ours, in its own stage. */
static int write_no_initramfs(const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/etc/initramfs-tools/update-initramfs.conf");

	return file_write_text(path, 0644, "update_initramfs=no\nbackup_initramfs=no\n", problems);
}

/* Downloads go to OUT/cache/debs, so that a changed list fetches only what is new. */
static int bind_archives(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *debs = path_join(build->cache, "debs");
	autofree char *partial = path_join(debs, "partial");
	autofree char *archives = path_in_root(tree, ARCHIVES);

	if (make_folders(partial, 0755, problems) < 0 ||
	    make_folders(archives, 0755, problems) < 0)
		return -1;
	return bind_mount(debs, archives, false, problems);
}

static char **mmdebstrap_argv(const struct build *build, const char *tree)
{
	autofree char *include = strv_join(build->wanted, ",");
	autostrv char **sources = apt_sources(build);
	char **argv = NULL;

	strv_push(&argv, "mmdebstrap");
	strv_push(&argv, "--mode=root");
	strv_push(&argv, "--variant=minbase");
	strv_push(&argv, "--format=directory");
	strv_push(&argv, "--skip=check/empty,download/empty,essential/unlink,cleanup/apt");
	strv_push(&argv, "--keyring=" KEYRING);
	strv_push(&argv, "--aptopt=Acquire::Retries \"3\"");
	strv_push(&argv, "--aptopt=Acquire::Languages \"none\"");
	strv_push(&argv, "--dpkgopt=force-confold");
	strv_push(&argv, "--dpkgopt=force-unsafe-io");
	for (size_t i = 0; never_unpacked[i]; i++)
		strv_pushf(&argv, "--dpkgopt=path-exclude=%s", never_unpacked[i]);
	strv_pushf(&argv, "--include=%s", include);
	strv_push(&argv, IMAGE_SUITE);
	strv_push(&argv, tree);
	for (size_t i = 0; sources[i]; i++)
		strv_push(&argv, sources[i]);
	return argv;
}

static int bootstrap(const struct build *build, const char *tree, struct problems *problems)
{
	autostrv char **argv = mmdebstrap_argv(build, tree);
	static const char *const env[] = { "INITRD=No", NULL };
	const struct chroot_command command = { .argv = (const char *const *)argv, .env = env };

	return run_command(build, &command, problems);
}

static time_t release_date(const char *path)
{
	autofree char *text = NULL;
	const char *line;
	struct tm tm = { 0 };

	if (file_read(path, 4 * 1024 * 1024, &text, NULL, NULL) < 0)
		return 0;
	line = strstr(text, "\nDate: ");
	if (!line || !strptime(line + strlen("\nDate: "), "%a, %d %b %Y %H:%M:%S", &tm))
		return 0;
	return timegm(&tm);
}

/* The newest of the suites' dates: the same packages give the same image, whenever it is built. */
static int write_date(const char *folder, const char *tree, struct problems *problems)
{
	autofree char *pattern = path_in_root(tree, "/var/lib/apt/lists/*InRelease");
	autofree char *path = path_join(folder, "date");
	autofree char *text = NULL;
	glob_t found = { 0 };
	time_t newest = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			time_t date = release_date(found.gl_pathv[i]);

			newest = date > newest ? date : newest;
		}
	globfree(&found);
	if (!newest)
		return problem(problems, "%s: no dated Release file: expected apt's lists there",
			       pattern);
	text = xasprintf("%lld\n", (long long)newest);
	return file_write_text(path, 0644, text, problems);
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	autofree char *archives = path_in_root(tree, ARCHIVES);

	if (mirror_check(&build->mirror, IMAGE_SUITE, problems) < 0 ||
	    bind_archives(build, tree, problems) < 0 ||
	    write_no_initramfs(tree, problems) < 0 || write_pins(build, tree, problems) < 0 ||
	    (build->lock.lines && lock_pin(&build->lock, tree, problems) < 0) ||
	    bootstrap(build, tree, problems) < 0 ||
	    unmount_all(archives, problems) < 0)
		return -1;
	progress_step(build->progress, "listing the packages");
	if (lock_write_lines(build, tree, folder, problems) < 0)
		return -1;
	return write_date(folder, tree, problems);
}

const struct stage stage_rootfs = {
	.name = "rootfs",
	.help = "the root tree, from Debian's packages",
	.version = "2",
	.needs_mib = 2048,
	.inputs = inputs,
	.run = run,
};
