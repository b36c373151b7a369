// SPDX-License-Identifier: MIT
/*
 * What the image is made of, for people and programs: packages with versions, layers with digests
 * and sizes, kernel arguments, build inputs. A node reads of it what it boots from, roost-pxe what a
 * boot loader needs (tools/common/manifest.h). Output: roost.manifest.json.
 */
#include <sys/stat.h>

#include "common/file.h"
#include "common/json.h"
#include "common/version.h"
#include "image/lock.h"
#include "image/stage_list.h"

#define RAM_DEFAULT_MIB 512

/* What the running host may write: the kickstart's `part / --size=`. */
static int ram_mib(const struct build *build)
{
	return build->config.part.size_mib ? build->config.part.size_mib : RAM_DEFAULT_MIB;
}

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *ram = xasprintf("%d", ram_mib(build));
	autofree char *timeout = xasprintf("%d", build->config.bootloader.timeout_s);

	(void)problems;
	inputs_text(inputs, "ram", ram);
	inputs_text(inputs, "append", build->config.bootloader.append);
	inputs_text(inputs, "timeout", timeout);
	inputs_strv(inputs, "files", build->document->files);
	inputs_text(inputs, "version", ROOST_VERSION);
	return 0;
}

/* All that a build with --locked needs to know (lock.h). */
static int add_packages(const struct build *build, json_t *manifest, struct problems *problems)
{
	autostrv char **root = NULL, **buildroot = NULL;

	if (lock_read_lines(build, "rootfs", &root, problems) < 0 ||
	    lock_read_lines(build, "buildroot", &buildroot, problems) < 0)
		return -1;
	json_object_set_new(manifest, "packages", lock_json(root, NULL));
	json_object_set_new(manifest, "build_packages", lock_json(buildroot, root));
	return 0;
}

/* A file of the image: OUT/cache/stage/name. */
struct file {
	const char *stage, *name;
	bool is_early;          /* see tools/common/manifest.h */
};

/* {"name","sha256","size_bytes"[,"early"]} */
static int file_json(const char *path, const struct file *file, json_t *list,
		     struct problems *problems)
{
	json_t *object;
	autofree char *hash = NULL;
	struct stat st;

	if (sha256_file(path, &hash, problems) < 0 || stat(path, &st) < 0)
		return -1;
	object = json_pack("{s:s, s:s, s:I}", "name", file->name, "sha256", hash, "size_bytes",
			   (json_int_t)st.st_size);
	if (file->is_early)
		json_object_set_new(object, "early", json_true());
	json_array_append_new(list, object);
	return 0;
}

static int files_json(const struct build *build, const struct file *files, json_t *list,
		      struct problems *problems)
{
	for (; files->name; files++) {
		autofree char *path = stage_path(build, files->stage, files->name);

		if (file_json(path, files, list, problems) < 0)
			return -1;
	}
	return 0;
}

/* Paths as they are in the project, so that every clone gives the same manifest. */
static int kickstarts_json(const struct build *build, json_t *list, struct problems *problems)
{
	for (size_t i = 0; build->document->files[i]; i++) {
		autofree char *path = realpath(build->document->files[i], NULL);
		const char *name = path ? str_after(path, build->source) : NULL;
		autofree char *hash = NULL;

		if (sha256_file(build->document->files[i], &hash, problems) < 0)
			return -1;
		json_array_append_new(list, json_pack("{s:s, s:s}", "file",
			name ? name + 1 : build->document->files[i], "sha256", hash));
	}
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	static const struct file layers[] = {
		{ "layer-net", "net.squashfs", true }, { "layer-packages", "packages.squashfs", false },
		{ "layer-tools", "tools.squashfs", true }, { 0 },
	};
	static const struct file boot[] = {
		{ "initramfs", "vmlinuz", false }, { "initramfs", "initrd.img", false }, { 0 },
	};
	autofree char *path = path_join(folder, "roost.manifest.json");
	autojson json_t *manifest = json_object();
	json_t *layers_list = json_array(), *boot_list = json_array(), *files = json_array();

	json_object_set_new(manifest, "layers", layers_list);
	json_object_set_new(manifest, "boot", boot_list);
	json_object_set_new(manifest, "ram_mib", json_integer(ram_mib(build)));
	json_object_set_new(manifest, "bootloader", json_pack("{s:s, s:i}", "append",
		build->config.bootloader.append ? build->config.bootloader.append : "",
		"timeout_s", build->config.bootloader.timeout_s));
	json_object_set_new(manifest, "version", json_string(ROOST_VERSION));
	json_object_set_new(manifest, "inputs", json_pack("{s:o, s:s, s:I}", "kickstart", files,
		"suite", IMAGE_SUITE, "source_date", (json_int_t)build->source_date));
	if (add_packages(build, manifest, problems) < 0 ||
	    files_json(build, layers, layers_list, problems) < 0 ||
	    files_json(build, boot, boot_list, problems) < 0 ||
	    kickstarts_json(build, files, problems) < 0)
		return -1;
	return json_write_file(path, 0644, manifest, problems);
}

static const char *const needs[] = { "initramfs", "layer-packages", "layer-tools", "lint", NULL };

const struct stage stage_manifest = {
	.name = "manifest",
	.help = "the list of what is in the image",
	.version = "5",
	.needs = needs,
	.needs_mib = 8,
	.inputs = inputs,
	.run = run,
};
