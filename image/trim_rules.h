// SPDX-License-Identifier: MIT
/*
 * %trim: what is left out of the image, and what must stay.
 *
 *   rule = [ "keep" ] ( "/path" | "module" PATH | "package" NAME | "library" NAME )
 *
 * Paths are glob(7) patterns; a folder stands for all below it. A module's path is below the
 * kernel's own folder ("drivers/gpu", "drivers/net/can/c_can"). "package" stands for the files that
 * the package brought. "keep" wins over every other rule; with a module it keeps what that needs, too
 * (modules.dep), so that `module *` and a list of "keep module" is a list of what is wanted.
 * "library" stands for the shared libraries of that name ("libc.so.6", "*") that nothing else in the
 * image needs.
 */
#ifndef IMAGE_TRIM_RULES_H
#define IMAGE_TRIM_RULES_H

#include "image/language.h"

enum trim_kind { TRIM_PATH, TRIM_MODULE, TRIM_PACKAGE, TRIM_LIBRARY };

struct trim_rule {
	enum trim_kind kind;
	bool is_kept;
	char *what;
	const char *file;   /* borrowed from the kickstart */
	unsigned line;
};

struct trim_rules {
	struct trim_rule *items;
	size_t count;
};

/* Whether each line is a rule; a problem for each that is not. */
int trim_rules_check(const struct ks_lines *lines, struct problems *problems);

int trim_rules_read(const struct image_config *config, struct trim_rules *ret,
		    struct problems *problems);
void trim_rules_done(struct trim_rules *rules);

/*
 * Removes from `tree`. A "keep" that matches nothing is a problem; a rule that removes nothing is
 * only told in *ret_idle ("file:line: rule"), because packages change.
 */
int trim_tree(const struct trim_rules *rules, const char *tree, char ***ret_idle,
	      struct problems *problems);

#endif
