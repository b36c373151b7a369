// SPDX-License-Identifier: MIT
/*
 * What is known of each Debian package that has files in the image, or whose boot loader is on the medium.
 * Only a changed list of packages or of what is left out needs it again. Output: packages.json, for the SBOM
 * (stage_sbom.c):
 *
 *	{"packages": [{"name", "version", "architecture", "source", "homepage", "sha256", "license"}...]}
 *
 * The last four may be missing.
 */
#include <sys/stat.h>

#include "common/file.h"
#include "common/json.h"
#include "image/copyright.h"
#include "image/dpkg_status.h"
#include "image/lock.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

/* Whose files are on the medium, or in the initramfs, but not in a layer. */
static const char *const beside_the_layers[] = {
	"dracut-core", "grub-efi-amd64-signed", "isolinux", "pxelinux", "shim-signed",
	"syslinux-common", NULL,
};

static mode_t kind_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) ? st.st_mode & S_IFMT : 0;
}

/* A file that stayed: of the same kind, as a link to busybox may stand where a program was. */
static bool is_in_image(const char *tree, const char *image, const char *path)
{
	autofree char *before = path_in_root(tree, path), *after = path_in_root(image, path);
	mode_t kind = kind_of(before);

	tree_plain_module(after);
	return kind && kind_of(after) == kind;
}

/* 1, 0, or -1 and a problem. */
static int has_files(const char *tree, const char *image, const char *package,
		     struct problems *problems)
{
	autostrv char **paths = NULL;

	if (dpkg_files(tree, package, &paths, problems) < 0)
		return -1;
	for (size_t i = 0; paths && paths[i]; i++)
		if (is_in_image(tree, image, paths[i]))
			return 1;
	return 0;
}

/* `lines` have the digest (lock.h). */
static int add_package(const char *tree, const struct dpkg_package *package, char *const *lines,
		       json_t *list, struct problems *problems)
{
	autostrv char **fields = lock_find(lines, package->name);
	autofree char *license = NULL;
	json_t *object;

	if (copyright_of(tree, package->name, &license, problems) < 0)
		return -1;
	object = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "name", package->name,
		"version", package->version, "architecture", package->architecture,
		"source", package->source, "homepage", package->homepage,
		"sha256", fields ? fields[LOCK_DIGEST] : NULL, "license", license);
	if (!object)
		return problem(problems, "%s: expected fields in UTF-8", package->name);
	json_array_append_new(list, object);
	return 0;
}

static int add_image(const struct build *build, const char *image, json_t *list,
		     struct problems *problems)
{
	autofree char *tree = stage_path(build, "rootfs", "tree");
	autostrv char **lines = NULL;
	struct dpkg_status status;
	int r = 0;

	if (lock_read_lines(build, "rootfs", &lines, problems) < 0 ||
	    dpkg_status_read(tree, &status, problems) < 0)
		return -1;
	for (size_t i = 0; i < status.count && r >= 0; i++) {
		r = has_files(tree, image, status.packages[i].name, problems);
		if (r > 0)
			r = add_package(tree, &status.packages[i], lines, list, problems);
	}
	dpkg_status_done(&status);
	return r < 0 ? -1 : 0;
}

static int add_beside(const struct build *build, json_t *list, struct problems *problems)
{
	autofree char *tree = stage_path(build, "buildroot", "tree");
	autostrv char **lines = NULL;
	struct dpkg_status status;
	int r = 0;

	if (lock_read_lines(build, "buildroot", &lines, problems) < 0 ||
	    dpkg_status_read(tree, &status, problems) < 0)
		return -1;
	for (size_t i = 0; beside_the_layers[i] && r == 0; i++) {
		const struct dpkg_package *package = dpkg_status_find(&status, beside_the_layers[i]);

		r = package ? add_package(tree, package, lines, list, problems) :
			problem(problems, "%s: %s is not in it", tree, beside_the_layers[i]);
	}
	dpkg_status_done(&status);
	return r;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *path = path_join(folder, "packages.json");
	autofree char *image = NULL;
	autojson json_t *list = json_array(), *all = NULL;
	int r;

	if (tree_mount_image(build, false, &image, problems) < 0)
		return -1;
	r = add_image(build, image, list, problems);
	if (unmount_all(image, problems) < 0 || r < 0 || add_beside(build, list, problems) < 0)
		return -1;
	all = json_pack("{s:O}", "packages", list);
	return json_write_file(path, 0644, all, problems);
}

static const char *const needs[] = { "trim", NULL };

const struct stage stage_packages = {
	.name = "packages",
	.help = "digests and licences of the packages in the image",
	.version = "4",
	.needs = needs,
	.needs_mib = 8,
	.run = run,
};
