// SPDX-License-Identifier: MIT
/* Reading roost.iso for a network boot tree; see pxe_source.h. */
#include "media/efi_files.h"
#include "media/pxe_source.h"

#define MANIFEST "roost/" MANIFEST_NAME
#define TEMPLATE_MAX (64 * 1024)
#define PROGRAM_MAX (16 * 1024 * 1024)

const struct pxe_template_place pxe_template_places[PXE_TEMPLATES] = {
	[PXE_PXELINUX] = { "boot/pxelinux/pxelinux.cfg", "pxelinux.cfg/default" },
	[PXE_GRUB] = { "boot/grub/netboot.cfg", "grub/grub.cfg" },
	[PXE_IPXE] = { "boot/ipxe/boot.ipxe", "boot.ipxe" },
	[PXE_DNSMASQ] = { "boot/dnsmasq/dnsmasq.conf", "dnsmasq.conf" },
};

/* Copied as they are, besides the layers. `in_boot`: the manifest's "boot" has their digests. */
static const struct {
	const char *from, *to, *in_boot;
} copies[] = {
	{ "boot/pxelinux/pxelinux.0", "pxelinux.0", NULL },
	{ "isolinux/ldlinux.c32", "ldlinux.c32", NULL },
	{ "isolinux/libcom32.c32", "libcom32.c32", NULL },
	{ "isolinux/libutil.c32", "libutil.c32", NULL },
	{ "isolinux/menu.c32", "menu.c32", NULL },
	{ "boot/vmlinuz", "roost/vmlinuz", "vmlinuz" },
	{ "boot/initrd.img", "roost/initrd.img", "initrd.img" },
	{ "roost/roost.spdx.json", "roost/roost.spdx.json", NULL },
};

static const char *const program_names[PXE_PROGRAMS] = {
	[PXE_SHIM] = "EFI/BOOT/BOOTX64.EFI",
	[PXE_GRUB_PROGRAM] = "EFI/BOOT/grubx64.efi",
};

/* ---- Small files, into memory ---------------------------------------------------------------------- */

struct small_file {
	const char *name;
	const char *original;
	size_t max;
	struct pxe_bytes *bytes;
};

struct small_files {
	const char *iso;
	struct small_file files[1 + PXE_TEMPLATES];
	size_t count;
	struct small_file *reading;
	struct problems *problems;
};

static struct small_file *find_small(struct small_files *small, const char *original)
{
	for (size_t i = 0; i < small->count; i++)
		if (streq(small->files[i].original, original) && !small->files[i].bytes->data)
			return &small->files[i];
	return NULL;
}

static bool small_is_wanted(const char *original, void *userdata)
{
	return find_small(userdata, original) != NULL;
}

static int small_begin(const char *original, uint64_t size_bytes, void *userdata)
{
	struct small_files *small = userdata;

	small->reading = find_small(small, original);
	if (size_bytes > small->reading->max)
		return problem(small->problems, "%s: %s: expected at most %zu bytes", small->iso,
			       original, small->reading->max);
	small->reading->bytes->data = xcalloc(1, (size_t)size_bytes + 1);
	return 0;
}

/* iso_files_read gives no more than it announced. */
static int small_data(const void *data, size_t len, void *userdata)
{
	struct pxe_bytes *bytes = ((struct small_files *)userdata)->reading->bytes;

	memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
	return 0;
}

static int small_end(void *userdata)
{
	(void)userdata;
	return 0;
}

static int add_small(struct small_files *small, const struct iso_list *list, const char *name,
		     size_t max, struct pxe_bytes *bytes)
{
	const struct iso_file *file = iso_list_find(list, name);

	if (!file)
		return problem(small->problems, "%s: %s is not on it: expected an image of this version "
			       "of Roost: build it again", small->iso, name);
	small->files[small->count++] = (struct small_file){ name, file->original, max, bytes };
	return 0;
}

static int read_small(struct pxe_source *source, const struct iso_list *list,
		      struct problems *problems)
{
	struct small_files small = { .iso = source->iso, .problems = problems };
	struct iso_sink sink = { small_is_wanted, small_begin, small_data, small_end, &small };

	if (add_small(&small, list, MANIFEST, MANIFEST_BYTES_MAX, &source->manifest_text) < 0)
		return -1;
	for (int i = 0; i < PXE_TEMPLATES; i++)
		if (add_small(&small, list, pxe_template_places[i].on_iso, TEMPLATE_MAX,
			      &source->templates[i]) < 0)
			return -1;
	if (iso_files_read(source->iso, &sink, problems) < 0)
		return -1;
	for (size_t i = 0; i < small.count; i++)
		if (!small.files[i].bytes->data)
			return problem(problems, "%s: %s cannot be read: expected a file of its own",
				       source->iso, small.files[i].name);
	return 0;
}

static bool has_early_layer(const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (manifest->layers[i].is_early)
			return true;
	return false;
}

static int read_manifest(struct pxe_source *source, struct problems *problems)
{
	autofree char *name = xasprintf("%s: " MANIFEST, source->iso);

	if (manifest_read(source->manifest_text.data, source->manifest_text.len, name,
			  &source->manifest, problems) < 0)
		return -1;
	source->manifest_sha256 = sha256_text(source->manifest_text.data, source->manifest_text.len);
	if (!has_early_layer(&source->manifest))
		return problem(problems, "%s: none of its \"layers\" is an early one, for network boots: "
			       "build the image again with this version of Roost", name);
	if (!source->manifest.append)
		return problem(problems, "%s: \"bootloader\" is missing: build the image again with this "
			       "version of Roost", name);
	return 0;
}

/* ---- Large files: found here, copied later ----------------------------------------------------------- */

static int add_copy(struct pxe_source *source, const struct iso_list *list, const char *from,
		    const char *to, const struct manifest_file *known, struct problems *problems)
{
	const struct iso_file *file = iso_list_find(list, from);

	if (!file)
		return problem(problems, "%s: %s is not on it: expected an image of this version of "
			       "Roost: build it again", source->iso, from);
	if (known && known->size_bytes != file->size_bytes)
		return problem(problems, "%s: %s has %llu bytes, its manifest says %llu: the image is "
			       "damaged", source->iso, from, (unsigned long long)file->size_bytes,
			       (unsigned long long)known->size_bytes);
	source->copies[source->copies_count++] = (struct pxe_copy){
		.from = xstrdup(from), .to = xstrdup(to), .original = xstrdup(file->original),
		.size_bytes = file->size_bytes, .sha256 = known ? known->sha256 : NULL,
	};
	return 0;
}

static int add_copies(struct pxe_source *source, const struct iso_list *list,
		      struct problems *problems)
{
	const struct manifest *manifest = &source->manifest;
	int r = 0;

	source->copies = xcalloc(ARRAY_SIZE(copies) + manifest->count, sizeof(*source->copies));
	for (size_t i = 0; i < ARRAY_SIZE(copies); i++)
		if (add_copy(source, list, copies[i].from, copies[i].to, copies[i].in_boot ?
			     manifest_boot_file(manifest, copies[i].in_boot) : NULL, problems) < 0)
			r = -1;
	for (size_t i = 0; i < manifest->count; i++) {
		autofree char *name = xasprintf("roost/%s", manifest->layers[i].name);

		if (add_copy(source, list, name, name, &manifest->layers[i], problems) < 0)
			r = -1;
	}
	return r;
}

static int read_programs(struct pxe_source *source, const struct image_file *image,
			 struct problems *problems)
{
	for (int i = 0; i < PXE_PROGRAMS; i++)
		if (efi_program_read(image, program_names[i], PROGRAM_MAX, &source->programs[i].data, &source->programs[i].len, problems) < 0)
			return -1;
	return 0;
}

/* ---- All of it --------------------------------------------------------------------------------------- */

static int read_files(struct pxe_source *source, struct problems *problems)
{
	struct iso_list list = { 0 };
	int r = iso_list_read(source->iso, &list, problems);

	if (r == 0)
		r = read_small(source, &list, problems);
	if (r == 0)
		r = read_manifest(source, problems);
	if (r == 0)
		r = add_copies(source, &list, problems);
	iso_list_done(&list);
	return r;
}

static int read_all(struct pxe_source *source, struct problems *problems)
{
	struct image_file image;
	int r;

	if (image_file_open(source->iso, &image, problems) < 0)
		return -1;
	r = read_files(source, problems);
	if (r == 0)
		r = read_programs(source, &image, problems);
	image_file_done(&image);
	return r;
}

int pxe_source_read(const char *iso, struct pxe_source *ret, struct problems *problems)
{
	struct pxe_source source = { .iso = xstrdup(iso) };

	if (read_all(&source, problems) < 0) {
		pxe_source_done(&source);
		return -1;
	}
	*ret = source;
	return 0;
}

void pxe_source_done(struct pxe_source *source)
{
	for (size_t i = 0; i < source->copies_count; i++) {
		free(source->copies[i].from);
		free(source->copies[i].to);
		free(source->copies[i].original);
	}
	free(source->copies);
	for (int i = 0; i < PXE_TEMPLATES; i++)
		free(source->templates[i].data);
	for (int i = 0; i < PXE_PROGRAMS; i++)
		free(source->programs[i].data);
	manifest_done(&source->manifest);
	free(source->manifest_text.data);
	free(source->manifest_sha256);
	free(source->iso);
	*source = (struct pxe_source){ 0 };
}
