// SPDX-License-Identifier: MIT
/*
 * What is known of each Debian package that has files in the image, or whose boot loader is on the
 * medium: reading what apt downloaded takes seconds, and only a changed list of packages or of what is
 * left out needs it again. Output: packages.json, for the SBOM (stage_sbom.c):
 *
 *	{"packages": [{"name", "version", "architecture", "source", "homepage", "sha256", "license"}...]}
 *
 * The last four may be missing.
 */
#include <sys/stat.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/json.h"
#include "image/copyright.h"
#include "image/deb.h"
#include "image/stage_list.h"
#include "image/tree.h"
#include "image/workspace.h"

#define LIST_MAX (16 * 1024 * 1024)
#define DPKG "/var/lib/dpkg"

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

/*
 * A file that stayed: of the same kind, as a link to busybox may stand where a program was. Kernel
 * modules are decompressed.
 */
static bool is_in_image(const char *tree, const char *image, const char *path)
{
	autofree char *before = path_in_root(tree, path), *after = path_in_root(image, path);
	mode_t kind = kind_of(before);

	if (str_ends(after, ".ko.xz"))
		after[strlen(after) - strlen(".xz")] = '\0';
	return kind && kind_of(after) == kind;
}

/* The list of its files: NAME.list, or NAME:ARCHITECTURE.list where it can be there for several. */
static int read_list(const char *tree, const struct dpkg_package *package, char **ret,
		     struct problems *problems)
{
	autofree char *plain = xasprintf("%s" DPKG "/info/%s.list", tree, package->name);
	autofree char *with = xasprintf("%s" DPKG "/info/%s:%s.list", tree, package->name,
					package->architecture);

	return file_read(path_exists(with) ? with : plain, LIST_MAX, ret, NULL, problems);
}

/* 1, 0, or -1 and a problem. */
static int has_files(const char *tree, const char *image, const struct dpkg_package *package,
		     struct problems *problems)
{
	autofree char *text = NULL;
	autostrv char **paths = NULL;

	if (read_list(tree, package, &text, problems) < 0)
		return -1;
	paths = strv_split(text, "\n", false);
	for (size_t i = 0; paths && paths[i]; i++)
		if (is_in_image(tree, image, paths[i]))
			return 1;
	return 0;
}

/* From the package itself, as long as apt's downloads are kept. */
static int add_download(const struct build *build, const struct dpkg_package *package, json_t *object,
			struct problems *problems)
{
	autofree char *name = deb_file_name(package);
	autofree char *path = stage_path(build, "debs", name);
	autofree char *digest = NULL, *text = NULL, *license = NULL;

	if (!path_exists(path))
		return 0;
	if (sha256_file(path, &digest, problems) < 0 ||
	    deb_copyright(path, package->name, &text, problems) < 0)
		return -1;
	json_object_set_new(object, "sha256", json_string(digest));
	license = text ? copyright_license(text) : NULL;
	if (license)
		json_object_set_new(object, "license", json_string(license));
	return 0;
}

static int add_package(const struct build *build, const struct dpkg_package *package, json_t *list,
		       struct problems *problems)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s*, s:s*}", "name", package->name,
		"version", package->version, "architecture", package->architecture,
		"source", package->source, "homepage", package->homepage);

	if (!object)
		return problem(problems, "%s: expected fields in UTF-8", package->name);
	json_array_append_new(list, object);
	return add_download(build, package, object, problems);
}

static int add_image(const struct build *build, const char *image, json_t *list,
		     struct problems *problems)
{
	autofree char *tree = stage_path(build, "rootfs", "tree");
	autofree char *path = path_in_root(tree, DPKG "/status");
	struct dpkg_status status;
	int r = 0;

	if (dpkg_status_read(path, &status, problems) < 0)
		return -1;
	for (size_t i = 0; i < status.count && r >= 0; i++) {
		r = has_files(tree, image, &status.packages[i], problems);
		if (r > 0)
			r = add_package(build, &status.packages[i], list, problems);
	}
	dpkg_status_done(&status);
	return r < 0 ? -1 : 0;
}

static int add_beside(const struct build *build, json_t *list, struct problems *problems)
{
	autofree char *path = stage_path(build, "buildroot", "upper" DPKG "/status");
	struct dpkg_status status;
	int r = 0;

	if (dpkg_status_read(path, &status, problems) < 0)
		return -1;
	for (size_t i = 0; beside_the_layers[i] && r == 0; i++) {
		const struct dpkg_package *package = dpkg_status_find(&status, beside_the_layers[i]);

		r = package ? add_package(build, package, list, problems) :
			problem(problems, "%s: %s is not in it", path, beside_the_layers[i]);
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
	.version = "2",
	.needs = needs,
	.needs_mib = 8,
	.run = run,
};
