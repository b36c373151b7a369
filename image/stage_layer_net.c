// SPDX-License-Identifier: MIT
/*
 * The lowest layer: what a host needs to get the others over HTTP, drivers of network cards and
 * libraries (boot/dracut/91roost-net). A network boot has it in its second initramfs (roost-pxe makes
 * that of this layer and of the tools'), any other boot stacks it with the rest: the packages layer
 * leaves out what is here (LAYER_NET_SHARED). dracut finds what belongs to it, so closures are its own.
 * Output: net.squashfs, and shared: the paths of the image's files that are in it, a line each.
 */
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/bootstrap.h"
#include "image/dracut.h"
#include "image/layer.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

/* A library or a kernel module; the largest have 7 MB. */
#define FILE_MAX (64 * 1024 * 1024)

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	inputs_text(inputs, "compression", build->compression);
	return dracut_inputs(build, inputs, problems);
}

/* Only /usr: the rest is a bare initramfs' and would show through in the image. */
static int unpack(const struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	autofree char *notes = path_join(tree, "usr/lib/dracut"); /* of its work */
	static const char *const argv[] = { "cpio", "--extract", "--quiet", "--make-directories",
		"--preserve-modification-time", "--no-absolute-filenames", "--no-preserve-owner",
		"--file", "/build/output/net.cpio", "--directory", "/build/output/tree", "usr", "usr/*",
		NULL };
	const struct buildroot_bind binds[] = { { folder, "/build/output", true }, { 0 } };

	if (make_folders(tree, 0755, problems) < 0 ||
	    run_in_buildroot(build, binds, argv, problems) < 0)
		return -1;
	return remove_tree(notes, problems) < 0 ? -1 : tree_remove_module_symbols(tree, problems);
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

/* A file or a link that the image has, too; dates do not count. */
static bool is_shared(const FTSENT *entry, const char *other)
{
	struct stat st;

	if (lstat(other, &st) < 0 || st.st_mode != entry->fts_statp->st_mode)
		return false;
	return S_ISREG(st.st_mode) ? is_same_file(entry->fts_path, other) :
	       S_ISLNK(st.st_mode) && is_same_link(entry->fts_path, other);
}

/* The paths, below `tree`, of what `image` has, too; sorted. */
static int find_shared(const char *tree, const char *image, char ***ret, struct problems *problems)
{
	char *const paths[] = { (char *)tree, NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;
	int r = 0;

	if (!fts)
		return problem_errno(problems, errno, "%s", tree);
	while ((entry = fts_read(fts))) {
		const char *path = entry->fts_path + strlen(tree);
		autofree char *other = path_join(image, path);

		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS)
			r = problem_errno(problems, entry->fts_errno, "%s", entry->fts_path);
		else if (entry->fts_info != FTS_DP && is_shared(entry, other))
			strv_push(ret, path + 1);
	}
	fts_close(fts);
	strv_sort(*ret);
	return r;
}

static int write_shared(const struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree"), *list = path_join(folder, LAYER_NET_SHARED);
	autofree char *image = NULL, *text = NULL;
	autostrv char **shared = NULL;
	int r;

	if (tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	r = find_shared(tree, image, &shared, problems);
	if (unmount_all(image, problems) < 0 || r < 0)
		return -1;
	text = strv_join(shared, "\n");
	progress_step(build->progress, "packing; %zu files need not be in the packages layer",
		      strv_len(shared));
	return file_write_text(list, 0644, text, problems);
}

static int remove_scratch(const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree"), *archive = path_join(folder, "net.cpio");

	return remove_tree(tree, problems) < 0 ? -1 : remove_tree(archive, problems);
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	time_t date;

	if (bootstrap_date(build, "rootfs", &date, problems) < 0 ||
	    dracut_run(build, folder, "net.cpio", "roost-net", false, problems) < 0 ||
	    unpack(build, folder, problems) < 0 ||
	    write_shared(build, folder, problems) < 0 ||
	    layer_pack(build, &(struct layer){ .tree = tree, .folder = folder, .name = "net.squashfs",
		    .date = date, .is_ours = true }, problems) < 0)
		return -1;
	return remove_scratch(folder, problems);
}

static const char *const needs[] = { "trim", NULL };

const struct stage stage_layer_net = {
	.name = "layer-net",
	.help = "packing what network boot needs",
	.version = "4",
	.needs = needs,
	.needs_mib = 256,
	.inputs = inputs,
	.run = run,
};
