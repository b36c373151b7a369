// SPDX-License-Identifier: MIT
/*
 * The second initramfs: what a boot over HTTP needs beyond initrd.img (boot/dracut/91roost-net). Boot
 * loaders concatenate several; the kernel unpacks them in turn, later files over earlier ones. dracut
 * makes the whole of both, and what initrd.img has not, or has otherwise, is packed: so the libraries'
 * and modules' closures and indexes are dracut's own. Output: net.img.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/dracut.h"
#include "image/layer.h"
#include "image/stage_list.h"
#include "image/workspace.h"

/* A library or a kernel module; the largest have 7 MB. */
#define FILE_MAX (64 * 1024 * 1024)

static const char *const programs[] = { "roost-fetch", "roost-lease" };

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		autofree char *program = stage_path(build, "tools", programs[i]);

		/* As in the initramfs' stage: their content, not the tools' hash. */
		if (path_exists(program) && inputs_file(inputs, program, problems) < 0)
			return -1;
	}
	return 0;
}

/* folder/NAME.cpio -> folder/NAME/ */
static int unpack(const struct build *build, const char *folder, const char *name,
		  struct problems *problems)
{
	autofree char *archive = xasprintf("/build/output/%s.cpio", name);
	autofree char *to = path_join("/build/output", name), *made = path_join(folder, name);
	const char *const argv[] = { "cpio", "--extract", "--quiet", "--make-directories",
		"--preserve-modification-time", "--no-absolute-filenames", "--no-preserve-owner",
		"--file", archive, "--directory", to, NULL };
	const struct buildroot_bind binds[] = { { folder, "/build/output", true }, { 0 } };

	return make_folders(made, 0755, problems) < 0 ? -1 :
	       run_in_buildroot(build, binds, argv, problems);
}

static int decompress_base(const struct build *build, const char *folder, struct problems *problems)
{
	autofree char *initramfs = path_join(build->cache, "initramfs");
	static const char *const argv[] = { "zstd", "--decompress", "--quiet",
		"/build/tree/initrd.img", "-o", "/build/output/base.cpio", NULL };
	const struct buildroot_bind binds[] = {
		{ initramfs, "/build/tree", false }, { folder, "/build/output", true }, { 0 },
	};

	return run_in_buildroot(build, binds, argv, problems);
}

static bool is_same_file(const char *a, const char *b)
{
	autofree char *data = NULL;
	size_t len;

	return file_read(a, FILE_MAX, &data, &len, NULL) == 0 && file_has(b, data, len);
}

static bool is_same_link(const char *a, const char *b)
{
	char a_text[PATH_MAX] = "", b_text[PATH_MAX] = "";

	return readlink(a, a_text, sizeof(a_text) - 1) > 0 &&
	       readlink(b, b_text, sizeof(b_text) - 1) > 0 && streq(a_text, b_text);
}

/* Kind, mode and content; dates do not count. */
static bool is_same(const FTSENT *entry, const char *base)
{
	struct stat st;

	if (lstat(base, &st) < 0 || st.st_mode != entry->fts_statp->st_mode)
		return false;
	if (S_ISREG(st.st_mode))
		return is_same_file(entry->fts_path, base);
	return !S_ISLNK(st.st_mode) || is_same_link(entry->fts_path, base);
}

/* The paths, below folder/full, of what folder/base lacks or has otherwise; sorted. */
static int find_new(const char *folder, char ***ret, struct problems *problems)
{
	autofree char *full = path_join(folder, "full"), *base = path_join(folder, "base");
	char *const paths[] = { full, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	char **found = NULL;
	int r = 0;

	if (!fts)
		return problem_errno(problems, errno, "%s", full);
	while ((entry = fts_read(fts))) {
		const char *path = entry->fts_path + strlen(full);
		autofree char *other = path_join(base, path);

		if (entry->fts_info == FTS_DP || entry->fts_level == 0)
			continue;
		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS)
			r = problem_errno(problems, entry->fts_errno, "%s", entry->fts_path);
		else if (!is_same(entry, other))
			strv_push(&found, path + 1);
	}
	fts_close(fts);
	strv_sort(found);
	*ret = found;
	return r;
}

/* Unpacking gave folders the time of what was last put into them. */
static int set_dates(const struct build *build, const char *folder, char *const *names,
		     struct problems *problems)
{
	struct timespec times[2] = { 0 };

	if (layer_packages_date(build, &times[0].tv_sec, problems) < 0)
		return -1;
	times[1] = times[0];
	for (size_t i = 0; names && names[i]; i++) {
		autofree char *path = xasprintf("%s/full/%s", folder, names[i]);

		if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0)
			return problem_errno(problems, errno, "%s: setting its date", path);
	}
	return 0;
}

static int pack(const struct build *build, const char *folder, char *const *names,
		struct problems *problems)
{
	autofree char *list = strv_join(names, "\n");
	static const char *const cpio[] = { "cpio", "--create", "--quiet", "--format=newc",
		"--reproducible", "--owner=0:0", "--directory", "/build/output/full",
		"--file", "/build/output/net.cpio", NULL };
	static const char *const zstd[] = { "zstd", "-19", "-T0", "--quiet", "/build/output/net.cpio",
		"-o", "/build/output/net.img", NULL };
	const struct buildroot_bind binds[] = { { folder, "/build/output", true }, { 0 } };

	return run_in_buildroot_with(build, binds, cpio, list, problems) < 0 ||
	       run_in_buildroot(build, binds, zstd, problems) < 0 ? -1 : 0;
}

static int remove_scratch(const char *folder, struct problems *problems)
{
	static const char *const names[] = { "full.cpio", "base.cpio", "net.cpio", "full", "base" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autofree char *path = path_join(folder, names[i]);

		if (remove_tree(path, problems) < 0)
			return -1;
	}
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autostrv char **names = NULL;

	if (dracut_run(build, folder, "full.cpio", "roost-net", false, problems) < 0 ||
	    decompress_base(build, folder, problems) < 0 ||
	    unpack(build, folder, "full", problems) < 0 ||
	    unpack(build, folder, "base", problems) < 0 ||
	    find_new(folder, &names, problems) < 0 ||
	    set_dates(build, folder, names, problems) < 0)
		return -1;
	progress_step(build->progress, "packing %zu files", strv_len(names));
	if (pack(build, folder, names, problems) < 0)
		return -1;
	return remove_scratch(folder, problems);
}

static const char *const needs[] = { "initramfs", NULL };

const struct stage stage_netboot = {
	.name = "netboot",
	.help = "what network boot needs beyond the initramfs",
	.version = "1",
	.needs = needs,
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
