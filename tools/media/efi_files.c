// SPDX-License-Identifier: MIT
/* Files of an image's EFI partition; see efi_files.h. */
#include <errno.h>

#include "common/file.h"
#include "common/process.h"
#include "media/efi_files.h"

#define TYPE_EFI_SYSTEM 0xef
#define MCOPY_TIMEOUT_MS 60000

static int find_partition(const struct image_file *image, uint64_t *ret_offset,
			  struct problems *problems)
{
	for (size_t i = 0; i < MBR_ENTRIES; i++) {
		if (image->partitions[i].type != TYPE_EFI_SYSTEM)
			continue;
		*ret_offset = (uint64_t)image->partitions[i].start_sectors * SECTOR_BYTES;
		return 0;
	}
	return problem(problems, "%s: it has no EFI partition: expected a hybrid image, such as make iso "
		       "leaves in out/roost.iso", image->path);
}

static int copy_out(const char *image, uint64_t offset, const char *name, const char *to,
		    struct problems *problems)
{
	autofree char *source = xasprintf("%s@@%llu", image, (unsigned long long)offset);
	autofree char *member = xasprintf("::/%s", name);
	const char *const argv[] = { "mcopy", "-n", "-i", source, member, to, NULL };
	/* Nobody's own settings. */
	const char *const env[] = { "MTOOLSRC=/dev/null", "MTOOLS_SKIP_CHECK=1", NULL };
	const struct process process = { .argv = argv, .env = env, .timeout_ms = MCOPY_TIMEOUT_MS };
	struct process_result result = { 0 };
	int r = process_run(&process, &result, problems);

	if (r < 0 && result.status == 127)
		problem(problems, "mcopy reads the image's EFI partition: install mtools");
	process_result_done(&result);
	return r;
}

int efi_program_read(const struct image_file *image, const char *name, size_t max, char **ret,
		     size_t *ret_len, struct problems *problems)
{
	autofree char *folder = xstrdup("/tmp/roost-pxe.XXXXXX");
	autofree char *copy = NULL, *data = NULL;
	uint64_t offset = 0;
	size_t len = 0;
	int r;

	if (find_partition(image, &offset, problems) < 0)
		return -1;
	if (!mkdtemp(folder))
		return problem_errno(problems, errno, "%s", folder);
	copy = path_join(folder, "program");
	r = copy_out(image->path, offset, name, copy, problems);
	if (r == 0)
		r = file_read(copy, max, &data, &len, problems);
	(void)remove_tree(folder, NULL);
	if (r == 0 && (len < 2 || memcmp(data, "MZ", 2) != 0))
		r = problem(problems, "%s: %s in its EFI partition: expected an EFI program",
			    image->path, name);
	if (r < 0)
		return -1;
	*ret = take_ptr(data);
	*ret_len = len;
	return 0;
}
