// SPDX-License-Identifier: MIT
/*
 * What must hold in a finished root tree, whatever was trimmed from it. Each kind of check is one
 * file, lint_*.c, ending in a descriptor.
 */
#ifndef IMAGE_LINT_H
#define IMAGE_LINT_H

#include "common/problems.h"

struct lint_tree {
	const char *root;       /* the image's root */
	/* modules.dep as it was before trimming, below this root; NULL: the same root's */
	const char *untrimmed;
};

struct lint_kind {
	const char *name;
	const char *help;       /* "every library that a program needs is there" */
	/* Adds a problem for each violation; -1 when there was one, or when it could not look. */
	int (*run)(const struct lint_tree *tree, struct problems *problems);
};

extern const struct lint_kind lint_elf;
extern const struct lint_kind lint_links;
extern const struct lint_kind lint_modules;
extern const struct lint_kind lint_scripts;
extern const struct lint_kind lint_units;
extern const struct lint_kind lint_identity;

/* NULL-terminated. */
extern const struct lint_kind *const lint_kinds[];

/* All kinds. */
int lint_run(const struct lint_tree *tree, struct problems *problems);

/* ---- For the kinds ---- */

/* Calls `each` for every regular file and link below root/folder; `path` begins with / in root. */
int lint_walk(const char *root, const char *folder,
	      int (*each)(const char *root, const char *path, bool is_link, void *userdata,
			  struct problems *problems),
	      void *userdata, struct problems *problems);
/* Whether the path exists when links are followed as the image's own processes would. */
bool lint_exists(const char *root, const char *path);
/* The same for a program: an absolute path, or a name that is looked up in the usual folders. */
bool lint_program_exists(const char *root, const char *program);

#endif
