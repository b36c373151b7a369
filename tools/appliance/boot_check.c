// SPDX-License-Identifier: MIT
/* Whether all is there that machines load; see boot_check.h. */
#include <errno.h>

#include "appliance/boot_check.h"
#include "appliance/boot_folder.h"
#include "common/manifest.h"

/* What each way to boot needs, besides the layers that the manifest names. */
static const struct wanted {
	const char *path, *use;
	bool is_required; /* without it no machine boots over HTTP */
} wanted[] = {
	{ "roost/vmlinuz", "all", true },
	{ "roost/initrd.img", "all", true },
	{ "roost/net.img", "HTTP", true },
	{ "roost/layers.img", "TFTP alone", false },
	{ "boot.ipxe", "iPXE", false },
	{ "pxelinux.0", "BIOS", false },
	{ "ldlinux.c32", "BIOS", false },
	{ "pxelinux.cfg/default", "BIOS", false },
	{ "bootx64.efi", "UEFI", false },
	{ "grubx64.efi", "UEFI", false },
	{ "grub/grub.cfg", "UEFI", false },
};

struct check {
	const char *folder;
	json_t *files, *problems;
	bool is_bootable;
};

static void complain(struct check *check, const char *text)
{
	json_array_append_new(check->problems, json_string(text));
	check->is_bootable = false;
}

/* `expected` is its size in the manifest; 0 when that does not say. */
static void check_file(struct check *check, const struct wanted *file, uint64_t expected)
{
	struct stat st = { 0 };
	autoclose int fd = boot_file_open(check->folder, file->path, &st);
	bool has_size = fd >= 0 && st.st_size > 0 && (!expected || (uint64_t)st.st_size == expected);
	const char *state = has_size ? "there" : fd >= 0 ? "wrong size" :
			    errno == EACCES ? "not readable for all" : "missing";

	json_array_append_new(check->files, json_pack("{ss, ss, ss, sI}", "path", file->path, "for",
						      file->use, "state", state, "size_bytes",
						      (json_int_t)st.st_size));
	if (!has_size && file->is_required)
		check->is_bootable = false;
}

static void check_layers(struct check *check, const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++) {
		autofree char *path = xasprintf("roost/%s", manifest->layers[i].name);
		struct wanted file = { path, "HTTP", true };

		check_file(check, &file, manifest->layers[i].size_bytes);
	}
}

static void check_files(struct check *check, const struct manifest *manifest)
{
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		const char *name = str_after(wanted[i].path, "roost/");
		const struct manifest_file *file = name ? manifest_boot_file(manifest, name) : NULL;

		check_file(check, &wanted[i], file ? file->size_bytes : 0);
	}
	check_layers(check, manifest);
}

static json_t *image_json(struct appliance *appliance, struct check *check)
{
	autoproblems struct problems problems = { 0 };
	autoboot_image struct boot_image image = { 0 };

	if (boot_image_get(&appliance->boot_images, appliance->boot_dir, &image, &problems) < 0) {
		autofree char *text = problems_text(&problems);

		complain(check, text);
		return json_null();
	}
	return json_pack("{ss, ss, ss}", "version", image.version, "manifest_sha256",
			 image.manifest_sha256, "arguments", image.arguments);
}

/* A broken manifest is image_json's to tell; the files are looked at all the same. */
static void check_image(struct check *check)
{
	automanifest struct manifest manifest = { 0 };
	autofree char *text = NULL;
	size_t len;

	if (boot_file_read(check->folder, BOOT_MANIFEST, MANIFEST_BYTES_MAX, &text, &len, NULL) == 0)
		(void)manifest_read(text, len, BOOT_MANIFEST, &manifest, NULL);
	check_files(check, &manifest);
}

json_t *boot_check(struct appliance *appliance)
{
	struct check check = {
		.folder = appliance->boot_dir,
		.files = json_array(),
		.problems = json_array(),
		.is_bootable = true,
	};
	json_t *urls = json_array();
	json_t *image = NULL;

	for (size_t i = 0; appliance->reach.boot_urls && appliance->reach.boot_urls[i]; i++) {
		autofree char *url = xasprintf("%s/boot", appliance->reach.boot_urls[i]);

		json_array_append_new(urls, json_string(url));
	}
	if (appliance->boot_dir) {
		image = image_json(appliance, &check);
		check_image(&check);
	} else {
		complain(&check, "roost-appliance was started without --boot-dir");
	}
	return json_pack("{ss?, so, so?, so, so, sb}", "folder", appliance->boot_dir, "urls", urls,
			 "image", image, "files", check.files, "problems", check.problems,
			 "is_bootable", check.is_bootable);
}
