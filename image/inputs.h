// SPDX-License-Identifier: MIT
/*
 * What a stage reads, as a hash.
 */
#ifndef IMAGE_INPUTS_H
#define IMAGE_INPUTS_H

#include "common/digest.h"

struct inputs {
	struct digest *digest;
};

void inputs_text(struct inputs *inputs, const char *name, const char *text);
void inputs_strv(struct inputs *inputs, const char *name, char *const *values);
int inputs_file(struct inputs *inputs, const char *path, struct problems *problems);
/*
 * A folder with all below it: names, kinds, executable bits, link targets and contents. A missing
 * one counts as empty. `skip`, when not NULL, names files and folders to leave out.
 */
int inputs_tree(struct inputs *inputs, const char *path, const char *const *skip,
		struct problems *problems);

#endif
