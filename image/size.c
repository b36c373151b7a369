// SPDX-License-Identifier: MIT
/*
 * Adds up the image: the files of the layers by package and by folder, and the parts of the ISO. What is in
 * the initramfs is packed as one, so it is one part.
 */
#include <errno.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/format_iso.h"
#include "image/size.h"
#include "image/size_names.h"
#include "image/size_squashfs.h"

/* The layer of overlay/ and the node's programs, whatever packages' files it covers. */
#define OWN_LAYER "roost/tools.squashfs"

static int file_bytes(const struct build *build, const char *from, uint64_t *ret,
		      struct problems *problems)
{
	autofree char *path = path_join(build->cache, from);
	struct stat st;

	if (stat(path, &st) < 0)
		return problem_errno(problems, errno, "%s: is the image built? (roost-image build)", path);
	*ret = st.st_size;
	return 0;
}

static void add_file(const struct size_file *file, const char *package, struct size_report *report)
{
	autofree char *folder = size_folder(file->path);
	struct size_row row = { .cost = file->cost, .bytes = file->bytes, .files = 1 };

	row.name = (char *)package;
	size_add(&report->tables[SIZE_PACKAGES], &row);
	row.name = folder;
	size_add(&report->tables[SIZE_FOLDERS], &row);
}

static const char *package_name(const struct iso_file *layer, const struct size_file *file,
				const struct size_owners *owners)
{
	const char *package;

	if (streq(layer->to, OWN_LAYER))
		return "(roost: programs and overlay)";
	package = size_owner(owners, file->path);
	return package ? package : "(made while building)";
}

static int add_layer(const struct build *build, const struct iso_file *iso_file,
		     const struct size_owners *owners, struct size_report *report,
		     struct problems *problems)
{
	autofree char *path = path_join(build->cache, iso_file->from);
	struct size_row rest = { .name = (char *)"(the layers' inodes and tables)" };
	struct size_row part = { .name = (char *)iso_file->to };
	struct size_layer layer;

	if (size_layer_read(path, &layer, problems) < 0)
		return -1;
	for (size_t i = 0; i < layer.count; i++) {
		add_file(&layer.files[i], package_name(iso_file, &layer.files[i], owners), report);
		part.bytes += layer.files[i].bytes;
	}
	rest.cost = layer.rest;
	size_add(&report->tables[SIZE_PACKAGES], &rest);
	size_add(&report->tables[SIZE_FOLDERS], &rest);
	part.cost = layer.bytes;
	part.files = layer.count;
	size_add(&report->tables[SIZE_PARTS], &part);
	size_layer_done(&layer);
	return 0;
}

/* Boot loaders are many small files: BIOS' are one row. */
static int add_part(const struct build *build, const char *from, const char *name,
		    struct size_report *report, struct problems *problems)
{
	bool is_loader = str_after(name, "isolinux/") || str_after(name, "boot/pxelinux/");
	struct size_row row = { .name = (char *)(is_loader ? "boot loaders for BIOS" : name), .files = 1 };

	if (file_bytes(build, from, &row.bytes, problems) < 0)
		return -1;
	row.cost = row.bytes;
	size_add(&report->tables[SIZE_PARTS], &row);
	return 0;
}

static bool is_layer(const struct iso_file *file)
{
	return str_after(file->to, "roost/") && str_ends(file->to, ".squashfs");
}

static int add_all(const struct build *build, const struct size_owners *owners,
		   struct size_report *report, struct problems *problems)
{
	for (const struct iso_file *file = iso_files; file->from; file++)
		if ((is_layer(file) ? add_layer(build, file, owners, report, problems) :
		     add_part(build, file->from, file->to, report, problems)) < 0)
			return -1;
	return add_part(build, "efi/efi.img", "EFI partition", report, problems);
}

static int add_rest(const struct build *build, struct size_report *report, struct problems *problems)
{
	struct size_row row = { .name = (char *)"menus, ISO 9660's folders and padding" };
	uint64_t iso, parts = size_cost(&report->tables[SIZE_PARTS]);

	if (file_bytes(build, "iso/roost.iso", &iso, problems) < 0)
		return -1;
	if (parts > iso)
		return problem(problems, "%s/iso/roost.iso: smaller than its parts: was it built from them?",
			       build->cache);
	row.cost = row.bytes = iso - parts;
	size_add(&report->tables[SIZE_PARTS], &row);
	return 0;
}

int size_measure(const struct build *build, struct size_report *ret, struct problems *problems)
{
	autofree char *root = stage_path(build, "rootfs", "tree");
	struct size_owners owners = { 0 };
	struct size_report report = { 0 };
	int r = size_owners_read(root, &owners, problems);

	if (r == 0)
		r = add_all(build, &owners, &report, problems);
	if (r == 0)
		r = add_rest(build, &report, problems);
	size_owners_done(&owners);
	if (r < 0) {
		size_done(&report);
		return -1;
	}
	*ret = report;
	return 0;
}
