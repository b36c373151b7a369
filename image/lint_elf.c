// SPDX-License-Identifier: MIT
/*
 * Every library that a program or library names (DT_NEEDED) and every program's loader are in the
 * image. Reads 64-bit little-endian ELF (elf(5)) itself: three tables, every offset checked.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/lint.h"

static const char *const library_folders[] = {
	"/usr/lib/x86_64-linux-gnu", "/usr/lib", "/usr/lib64", "/usr/local/lib",
};

struct elf {
	const unsigned char *data;
	size_t len;
	const Elf64_Ehdr *header;
	const Elf64_Phdr *segments;
	const char *strings;     /* of the dynamic section */
	size_t strings_len;
};

static bool is_inside(const struct elf *elf, uint64_t offset, uint64_t len)
{
	return offset <= elf->len && len <= elf->len - offset;
}

/* The file offset of a virtual address. */
static bool find_offset(const struct elf *elf, uint64_t address, uint64_t *ret)
{
	for (unsigned i = 0; i < elf->header->e_phnum; i++) {
		const Elf64_Phdr *s = &elf->segments[i];

		if (s->p_type == PT_LOAD && address >= s->p_vaddr &&
		    address - s->p_vaddr < s->p_filesz) {
			*ret = address - s->p_vaddr + s->p_offset;
			return *ret < elf->len;
		}
	}
	return false;
}

static const Elf64_Phdr *find_segment(const struct elf *elf, unsigned type)
{
	for (unsigned i = 0; i < elf->header->e_phnum; i++)
		if (elf->segments[i].p_type == type)
			return &elf->segments[i];
	return NULL;
}

/* False when it is no ELF of this machine: then there is nothing to check. */
static bool read_header(struct elf *elf)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)elf->data;

	if (elf->len < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64)
		return false;
	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phoff % 8 != 0 ||
	    !is_inside(elf, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)))
		return false;
	elf->header = header;
	elf->segments = (const Elf64_Phdr *)(const void *)(elf->data + header->e_phoff);
	return true;
}

static const char *string_at(const struct elf *elf, uint64_t offset)
{
	if (offset >= elf->strings_len ||
	    !memchr(elf->strings + offset, 0, elf->strings_len - offset))
		return NULL;
	return elf->strings + offset;
}

static bool find_strings(struct elf *elf, const Elf64_Dyn *entries, size_t count)
{
	uint64_t address = 0, offset;

	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++) {
		if (entries[i].d_tag == DT_STRTAB)
			address = entries[i].d_un.d_ptr;
		if (entries[i].d_tag == DT_STRSZ)
			elf->strings_len = entries[i].d_un.d_val;
	}
	if (!find_offset(elf, address, &offset) || !is_inside(elf, offset, elf->strings_len))
		return false;
	elf->strings = (const char *)elf->data + offset;
	return true;
}

/* $ORIGIN is the only word of ld.so(8) that Debian's packages use. */
static char *expand_origin(const char *folder, const char *path)
{
	const char *rest = str_after(folder, "$ORIGIN");
	autofree char *own = NULL;

	if (!rest)
		rest = str_after(folder, "${ORIGIN}");
	if (!rest)
		return xstrdup(folder);
	own = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	return xasprintf("%s%s", own, rest);
}

static bool is_in_folder(const char *root, const char *folder, const char *library)
{
	autofree char *path = path_join(folder, library);

	return lint_exists(root, path);
}

static bool is_found(const char *root, const char *path, const char *library, const char *runpath)
{
	autostrv char **folders = runpath ? strv_split(runpath, ":", false) : NULL;
	autofree char *own = NULL;

	if (strchr(library, '/'))
		return lint_exists(root, library);
	for (size_t i = 0; folders && folders[i]; i++) {
		autofree char *folder = expand_origin(folders[i], path);

		if (is_in_folder(root, folder, library))
			return true;
	}
	/* Private libraries that come together, such as systemd's: the program's RUNPATH finds both. */
	own = expand_origin("$ORIGIN", path);
	if (is_in_folder(root, own, library))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(library_folders); i++)
		if (is_in_folder(root, library_folders[i], library))
			return true;
	return false;
}

static int check_needed(const struct elf *elf, const Elf64_Dyn *entries, size_t count,
			const char *root, const char *path, struct problems *problems)
{
	const char *runpath = NULL;
	int r = 0;

	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++)
		if (entries[i].d_tag == DT_RUNPATH || entries[i].d_tag == DT_RPATH)
			runpath = string_at(elf, entries[i].d_un.d_val);
	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++) {
		const char *library;

		if (entries[i].d_tag != DT_NEEDED)
			continue;
		library = string_at(elf, entries[i].d_un.d_val);
		if (!library)
			r = problem(problems, "elf: %s: its dynamic section is broken", path);
		else if (!is_found(root, path, library, runpath))
			r = problem(problems, "elf: %s needs %s, which is not in the image", path,
				    library);
	}
	return r;
}

static int check_loader(const struct elf *elf, const char *root, const char *path,
			struct problems *problems)
{
	const Elf64_Phdr *segment = find_segment(elf, PT_INTERP);
	const char *loader;

	if (!segment || !is_inside(elf, segment->p_offset, segment->p_filesz))
		return 0;
	loader = (const char *)elf->data + segment->p_offset;
	if (!memchr(loader, 0, segment->p_filesz) || !lint_exists(root, loader))
		return problem(problems, "elf: %s: its loader is not in the image", path);
	return 0;
}

static int check_elf(struct elf *elf, const char *root, const char *path,
		     struct problems *problems)
{
	const Elf64_Phdr *dynamic = find_segment(elf, PT_DYNAMIC);
	const Elf64_Dyn *entries;
	size_t count;

	if (!dynamic)
		return 0;
	if (dynamic->p_offset % 8 != 0 || !is_inside(elf, dynamic->p_offset, dynamic->p_filesz))
		return problem(problems, "elf: %s: its dynamic section is broken", path);
	entries = (const Elf64_Dyn *)(const void *)(elf->data + dynamic->p_offset);
	count = dynamic->p_filesz / sizeof(*entries);
	if (!find_strings(elf, entries, count))
		return problem(problems, "elf: %s: its dynamic section is broken", path);
	if (check_loader(elf, root, path, problems) < 0)
		return -1;
	return check_needed(elf, entries, count, root, path, problems);
}

static int check_file(const char *root, const char *path, bool is_link, void *userdata,
		      struct problems *problems)
{
	autofree char *full = path_in_root(root, path);
	autoclose int fd = is_link ? -1 : open(full, O_RDONLY | O_CLOEXEC);
	struct elf elf = { 0 };
	struct stat st;
	void *data;
	int r = 0;

	(void)userdata;
	if (is_link)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return problem_errno(problems, errno, "%s", path);
	if ((size_t)st.st_size < sizeof(Elf64_Ehdr))
		return 0;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return problem_errno(problems, errno, "%s", path);
	elf.data = data;
	elf.len = (size_t)st.st_size;
	if (read_header(&elf))
		r = check_elf(&elf, root, path, problems);
	munmap(data, (size_t)st.st_size);
	return r;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	static const char *const folders[] = { "/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (lint_walk(tree->root, folders[i], check_file, NULL, problems) < 0)
			r = -1;
	return r;
}

const struct lint_kind lint_elf = {
	.name = "elf",
	.help = "every library that a program needs is in the image",
	.run = run,
};
