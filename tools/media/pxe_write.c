// SPDX-License-Identifier: MIT
/* Writing a network boot tree; see pxe_write.h. */
#include "common/clock.h"
#include "common/file.h"
#include "media/layers_cpio.h"
#include "media/pxe_write.h"

#define ROOST "roost/"

static const char *const program_places[PXE_PROGRAMS] = {
	[PXE_SHIM] = "bootx64.efi",
	[PXE_GRUB_PROGRAM] = "grubx64.efi", /* the name that shim asks for */
};

/* ---- The plan ---------------------------------------------------------------------------------------- */

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct boot_tree_file *)a)->path, ((const struct boot_tree_file *)b)->path);
}

static void plan_file(struct boot_tree_file **files, size_t *count, const char *path, uint64_t size)
{
	*files = xreallocarray(*files, *count + 1, sizeof(**files));
	(*files)[(*count)++] = (struct boot_tree_file){ .path = xstrdup(path), .size_bytes = size };
}

/* The second initramfs: the whole image, manifest included, or only what gets the rest of it. */
static const struct second {
	const char *path;
	bool is_whole;
} seconds[] = { { PXE_LAYERS, true }, { PXE_NET, false } };

/* What it holds, as it lies in `tree` (NULL: only sizes count). */
static struct layers_cpio_file *cpio_files(const struct pxe_source *source, const struct second *second,
					   const struct boot_tree *tree, size_t *ret_count)
{
	const struct manifest *manifest = &source->manifest;
	struct layers_cpio_file *files = xcalloc(manifest->count + 1, sizeof(*files));

	*ret_count = 0;
	if (second->is_whole)
		files[(*ret_count)++] = (struct layers_cpio_file){ .name = MANIFEST_NAME,
			.size_bytes = source->manifest_text.len };
	for (size_t i = 0; i < manifest->count; i++)
		if (second->is_whole || manifest->layers[i].is_early)
			files[(*ret_count)++] = (struct layers_cpio_file){
				.name = manifest->layers[i].name,
				.size_bytes = manifest->layers[i].size_bytes };
	for (size_t i = 0; tree && i < *ret_count; i++) {
		autofree char *path = xasprintf(ROOST "%s", files[i].name);

		files[i].path = boot_tree_place(tree, path);
	}
	return files;
}

static void cpio_files_free(struct layers_cpio_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)files[i].path);
	free(files);
}

static uint64_t second_size(const struct pxe_source *source, const struct second *second)
{
	size_t count;
	struct layers_cpio_file *files = cpio_files(source, second, NULL, &count);
	uint64_t size = layers_cpio_size(files, count);

	cpio_files_free(files, count);
	return size;
}

/* "SHA256  NAME" for what is in roost/, for mirrors. */
static bool is_in_sums(const char *path)
{
	return str_after(path, ROOST) && !streq(path, PXE_SUMS);
}

static uint64_t sums_size(const struct boot_tree_file *files, size_t count)
{
	uint64_t size = 0;

	for (size_t i = 0; i < count; i++)
		if (is_in_sums(files[i].path))
			size += SHA256_HEX_LEN + 2 + strlen(files[i].path + strlen(ROOST)) + 1;
	return size;
}

struct boot_tree_file *pxe_plan(const struct pxe_source *source, const struct pxe_menus *menus,
				size_t *ret_count)
{
	struct boot_tree_file *files = NULL;
	size_t count = 0;

	for (size_t i = 0; i < source->copies_count; i++)
		plan_file(&files, &count, source->copies[i].to, source->copies[i].size_bytes);
	for (int i = 0; i < PXE_PROGRAMS; i++)
		plan_file(&files, &count, program_places[i], source->programs[i].len);
	for (int i = 0; i < PXE_TEMPLATES; i++)
		plan_file(&files, &count, pxe_template_places[i].in_tree, strlen(menus->texts[i]));
	plan_file(&files, &count, ROOST MANIFEST_NAME, source->manifest_text.len);
	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++)
		plan_file(&files, &count, seconds[i].path, second_size(source, &seconds[i]));
	plan_file(&files, &count, PXE_SUMS, sums_size(files, count));
	qsort(files, count, sizeof(*files), compare_paths);
	*ret_count = count;
	return files;
}

void pxe_plan_free(struct boot_tree_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(files[i].path);
		free(files[i].sha256);
	}
	free(files);
}

/* ---- Writing ----------------------------------------------------------------------------------------- */

struct writer {
	const struct pxe_source *source;
	struct boot_tree *tree;
	struct progress *progress;
	struct transfer transfer;
	uint64_t done_bytes;
	const struct pxe_copy *copy;    /* that is being written */
	bool *copied;                   /* by the index of source->copies */
	bool is_damaged;                /* the image is not what its manifest says */
	struct problems *problems;
};

static int write_data(const void *data, size_t len, void *userdata)
{
	struct writer *writer = userdata;

	writer->done_bytes += len;
	progress_transfer(writer->progress, &writer->transfer, writer->done_bytes);
	return boot_tree_file_data(writer->tree, data, len, writer->problems);
}

static const struct pxe_copy *find_copy(const struct writer *writer, const char *original)
{
	const struct pxe_source *source = writer->source;

	for (size_t i = 0; i < source->copies_count; i++)
		if (!writer->copied[i] && streq(source->copies[i].original, original))
			return &source->copies[i];
	return NULL;
}

static bool copy_is_wanted(const char *original, void *userdata)
{
	return find_copy(userdata, original) != NULL;
}

static int copy_begin(const char *original, uint64_t size_bytes, void *userdata)
{
	struct writer *writer = userdata;

	(void)size_bytes;
	writer->copy = find_copy(writer, original);
	return boot_tree_file_begin(writer->tree, writer->copy->to, writer->problems);
}

static int copy_end(void *userdata)
{
	struct writer *writer = userdata;
	const struct pxe_copy *copy = writer->copy;
	const struct boot_tree_file *file;

	if (boot_tree_file_end(writer->tree, &file, writer->problems) < 0)
		return -1;
	writer->is_damaged = copy->sha256 && !streq(copy->sha256, file->sha256);
	if (writer->is_damaged)
		return problem(writer->problems, "%s: %s: its SHA-256 is %s, the manifest says %s: the "
			       "image is damaged: build or copy it again", writer->source->iso,
			       copy->from, file->sha256, copy->sha256);
	writer->copied[copy - writer->source->copies] = true;
	return 0;
}

/* One pass gives every original once; names that share one need another. */
static int copy_from_iso(struct writer *writer)
{
	const struct pxe_source *source = writer->source;
	struct iso_sink sink = { copy_is_wanted, copy_begin, write_data, copy_end, writer };
	size_t left = source->copies_count, before = left + 1;

	while (left > 0 && left < before) {
		if (iso_files_read(source->iso, &sink, writer->problems) < 0)
			return -1;
		before = left;
		left = 0;
		for (size_t i = 0; i < source->copies_count; i++)
			left += !writer->copied[i];
	}
	return left == 0 ? 0 : problem(writer->problems, "%s: it changed while it was read", source->iso);
}

static int write_second(struct writer *writer, const struct second *second)
{
	size_t count;
	struct layers_cpio_file *files = cpio_files(writer->source, second, writer->tree, &count);
	int r = boot_tree_file_begin(writer->tree, second->path, writer->problems);

	if (r == 0)
		r = layers_cpio_write(files, count, write_data, writer, writer->problems);
	if (r == 0)
		r = boot_tree_file_end(writer->tree, NULL, writer->problems);
	cpio_files_free(files, count);
	return r;
}

static int write_small(struct writer *writer, const struct pxe_menus *menus)
{
	const struct pxe_source *source = writer->source;

	for (int i = 0; i < PXE_PROGRAMS; i++)
		if (boot_tree_add_text(writer->tree, program_places[i], source->programs[i].data,
				       source->programs[i].len, writer->problems) < 0)
			return -1;
	for (int i = 0; i < PXE_TEMPLATES; i++)
		if (boot_tree_add_text(writer->tree, pxe_template_places[i].in_tree, menus->texts[i],
				       strlen(menus->texts[i]), writer->problems) < 0)
			return -1;
	return boot_tree_add_text(writer->tree, ROOST MANIFEST_NAME, source->manifest_text.data,
				  source->manifest_text.len, writer->problems);
}

static struct boot_tree_file *written(const struct boot_tree *tree, size_t *ret_count)
{
	const struct boot_tree_file *files = boot_tree_files(tree, ret_count);
	struct boot_tree_file *copies = xcalloc(*ret_count, sizeof(*copies));

	for (size_t i = 0; i < *ret_count; i++)
		copies[i] = (struct boot_tree_file){ xstrdup(files[i].path), files[i].size_bytes,
						     xstrdup(files[i].sha256) };
	qsort(copies, *ret_count, sizeof(*copies), compare_paths);
	return copies;
}

static int write_sums(struct writer *writer)
{
	autofree char *text = NULL;
	size_t len, count;
	struct boot_tree_file *files = written(writer->tree, &count);
	FILE *out = xopen_memstream(&text, &len);

	for (size_t i = 0; i < count; i++)
		if (is_in_sums(files[i].path))
			fprintf(out, "%s  %s\n", files[i].sha256, files[i].path + strlen(ROOST));
	fclose(out);
	pxe_plan_free(files, count);
	return boot_tree_add_text(writer->tree, PXE_SUMS, text, len, writer->problems);
}

static uint64_t total_size(const struct pxe_source *source, const struct pxe_menus *menus)
{
	size_t count;
	struct boot_tree_file *files = pxe_plan(source, menus, &count);
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += files[i].size_bytes;
	pxe_plan_free(files, count);
	return sum;
}

static int write_all(struct writer *writer, const struct pxe_menus *menus)
{
	progress_begin(writer->progress, "writing");
	if (write_small(writer, menus) < 0 || copy_from_iso(writer) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++)
		if (write_second(writer, &seconds[i]) < 0)
			return -1;
	if (write_sums(writer) < 0)
		return -1;
	progress_begin(writer->progress, "reading it back");
	progress_step(writer->progress, "and putting it in place");
	return boot_tree_commit(writer->tree, writer->problems);
}

int pxe_write(const struct pxe_source *source, const struct pxe_menus *menus, const char *dir,
	      struct progress *progress, struct boot_tree_file **ret, size_t *ret_count,
	      bool *ret_is_damaged, struct problems *problems)
{
	uint64_t total = total_size(source, menus);
	autofree bool *copied = xcalloc(source->copies_count, sizeof(*copied));
	struct writer writer = { .source = source, .progress = progress, .copied = copied,
				 .problems = problems };
	int r;

	if (boot_tree_begin(dir, total, &writer.tree, problems) < 0)
		return -1;
	transfer_begin(&writer.transfer, total, now_ms());
	r = write_all(&writer, menus);
	if (r == 0)
		*ret = written(writer.tree, ret_count);
	*ret_is_damaged = writer.is_damaged;
	boot_tree_free(writer.tree);
	return r;
}
