// SPDX-License-Identifier: MIT
/*
 * The kernel command line as the kernel splits it (lib/cmdline.c, next_arg).
 *
 *	line  = { blank } [ arg { blank { blank } arg } ]
 *	arg   = name [ "=" value ]
 * Blanks between double quotes do not split; quotes around the whole argument or around the value
 * are taken away, others stay. There is no escape character.
 */
#ifndef HOST_KERNEL_ARGS_H
#define HOST_KERNEL_ARGS_H

#include "common/problems.h"

struct kernel_arg {
	char *name;
	char *value;            /* NULL when there is no "=" */
	unsigned position;      /* 1 for the first argument */
};

struct kernel_args {
	struct kernel_arg *items;
	size_t count;
};

void kernel_args_split(const char *text, struct kernel_args *ret);
void kernel_args_done(struct kernel_args *args);

#endif
