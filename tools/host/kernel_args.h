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

/* x86's COMMAND_LINE_SIZE is 2048, with the NUL. */
#define KERNEL_ARGS_MAX 2047

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

/*
 * Whether an argument of this name is for a secret, such as a token or a password. None belongs on a
 * command line, which anyone on the machine can read, or into what a boot server hands out.
 */
bool kernel_arg_is_secret(const char *name);
/*
 * Whether `text` can stand in a line of pxelinux, GRUB, iPXE and dnsmasq alike, as kernel arguments:
 * at most `max` characters, printable, and nothing that one of them would take for more than itself.
 * `what` begins the message.
 */
int kernel_args_check_plain(const char *text, size_t max, const char *what,
			    struct problems *problems);

#endif
