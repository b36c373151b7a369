// SPDX-License-Identifier: MIT
/*
 * Mounts and commands of a build. All of it happens in the build's own mount and PID namespaces,
 * so nothing can be left behind. Mount points are below OUT/cache/mnt, a tmpfs.
 */
#ifndef IMAGE_WORKSPACE_H
#define IMAGE_WORKSPACE_H

#include "image/stage.h"

/* Mounts the tmpfs for mount points. */
int workspace_start(const struct build *build, struct problems *problems);

/*
 * Mounts folders on top of each other (`lower`: topmost first, NULL-terminated) and gives the mount
 * point's path, owned by the caller. upper and work may both be NULL: then it is read-only.
 */
int stack_mount(const struct build *build, const char *name, const char *const *lower,
		const char *upper, const char *work, char **ret, struct problems *problems);
int bind_mount(const char *from, const char *to, bool read_only, struct problems *problems);
/* /proc, /dev, empty /run and /tmp, and a resolver, for commands in `root`. */
int chroot_mounts(const char *root, struct problems *problems);
/* Takes the mount and all below it away. */
int unmount_all(const char *path, struct problems *problems);

struct chroot_command {
	const char *root;           /* NULL: the command runs outside */
	const char *const *argv;
	const char *const *env;     /* beside LC_ALL, TZ, SOURCE_DATE_EPOCH and, in a root, PATH and HOME */
	const char *input;          /* for standard input; may be NULL */
	bool is_quiet;              /* output does not show as progress */
	char **ret_output;          /* standard output; may be NULL */
};

/* Runs it with a limit of an hour; its output shows as progress, and goes to the stage's log. */
int run_command(const struct build *build, const struct chroot_command *command,
		struct problems *problems);

/* The build root (compilers, dracut, squashfs and ISO tools), mounted read-only with these folders in. */
struct buildroot_bind {
	const char *from;           /* NULL: there is none */
	const char *to;             /* in the build root; exists there (stage_buildroot.c). NULL ends the list */
	bool is_writable;
};

int run_in_buildroot(const struct build *build, const struct buildroot_bind *binds,
		     const char *const *argv, struct problems *problems);

#endif
