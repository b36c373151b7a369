// SPDX-License-Identifier: MIT
/*
 * Reads 64-bit little-endian ELF (elf(5)) itself: three tables, every offset checked.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/elf.h"

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

/* Folders of RPATH and RUNPATH, and names of DT_NEEDED. */
static int read_needed(const struct elf *elf, const Elf64_Dyn *entries, size_t count,
		       struct elf_needs *ret)
{
	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++) {
		bool is_path = entries[i].d_tag == DT_RUNPATH || entries[i].d_tag == DT_RPATH;
		const char *text;

		if (!is_path && entries[i].d_tag != DT_NEEDED)
			continue;
		text = string_at(elf, entries[i].d_un.d_val);
		if (!text)
			return -1;
		if (!is_path) {
			strv_push(&ret->libraries, text);
			continue;
		}
		free(ret->runpath);
		ret->runpath = xstrdup(text);
	}
	return 0;
}

static int read_loader(const struct elf *elf, struct elf_needs *ret)
{
	const Elf64_Phdr *segment = find_segment(elf, PT_INTERP);
	const char *loader;

	if (!segment)
		return 0;
	if (!is_inside(elf, segment->p_offset, segment->p_filesz))
		return -1;
	loader = (const char *)elf->data + segment->p_offset;
	if (!memchr(loader, 0, segment->p_filesz))
		return -1;
	ret->loader = xstrdup(loader);
	return 0;
}

static int read_elf(struct elf *elf, struct elf_needs *ret)
{
	const Elf64_Phdr *dynamic = find_segment(elf, PT_DYNAMIC);
	const Elf64_Dyn *entries;
	size_t count;

	if (!dynamic)
		return 0;
	if (dynamic->p_offset % 8 != 0 || !is_inside(elf, dynamic->p_offset, dynamic->p_filesz))
		return -1;
	entries = (const Elf64_Dyn *)(const void *)(elf->data + dynamic->p_offset);
	count = dynamic->p_filesz / sizeof(*entries);
	if (!find_strings(elf, entries, count) || read_loader(elf, ret) < 0)
		return -1;
	return read_needed(elf, entries, count, ret);
}

static int read_open(int fd, const char *path, struct elf_needs *ret, struct problems *problems)
{
	struct elf elf = { 0 };
	struct stat st;
	void *data;
	int r = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return problem_errno(problems, errno, "%s", path);
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size < sizeof(Elf64_Ehdr))
		return 0;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return problem_errno(problems, errno, "%s", path);
	elf.data = data;
	elf.len = (size_t)st.st_size;
	if (read_header(&elf)) {
		ret->is_elf = true;
		if (read_elf(&elf, ret) < 0)
			r = problem(problems, "elf: %s: its dynamic section is broken", path);
	}
	munmap(data, (size_t)st.st_size);
	return r;
}

int elf_read(const char *file, const char *path, struct elf_needs *ret, struct problems *problems)
{
	autoclose int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct elf_needs needs = { 0 };
	int r = read_open(fd, path, &needs, problems);

	*ret = needs;
	return r;
}

void elf_needs_done(struct elf_needs *needs)
{
	strv_free(needs->libraries);
	free(needs->runpath);
	free(needs->loader);
	*needs = (struct elf_needs){ 0 };
}
