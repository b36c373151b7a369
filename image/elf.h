// SPDX-License-Identifier: MIT
/*
 * What a program or a shared library needs to be started, read from the file itself (elf(5)).
 */
#ifndef IMAGE_ELF_H
#define IMAGE_ELF_H

#include "common/problems.h"

struct elf_needs {
	bool is_elf;            /* of this machine (x86-64); false: the rest is empty */
	char **libraries;       /* DT_NEEDED, in the file's order; may be NULL */
	char *runpath;          /* DT_RUNPATH or DT_RPATH; may be NULL */
	char *loader;           /* PT_INTERP; NULL for what is linked statically, and for libraries */
};

/*
 * Reads `file`; messages name it `path`. What is no regular file, or no ELF, needs nothing. Free with
 * elf_needs_done, also after a failure: a broken dynamic section, or a file that cannot be read.
 */
int elf_read(const char *file, const char *path, struct elf_needs *ret, struct problems *problems);
void elf_needs_done(struct elf_needs *needs);

#endif
