// SPDX-License-Identifier: MIT
/*
 * Small things done to, or asked of, a root tree.
 */
#ifndef IMAGE_TREE_H
#define IMAGE_TREE_H

#include "image/stage.h"

/* The one kernel version in /usr/lib/modules; owned by the caller. NULL and a problem otherwise. */
char *tree_kernel_version(const char *root, struct problems *problems);
/* Kernel modules lose their compression on the way into the image: takes ".xz" from "PATH.ko.xz". */
void tree_plain_module(char *path);
/*
 * Removes a list of depmod's that nothing reads: kmod has modules.symbols.bin. (modules.alias is there for busybox,
 * which loads the drivers of network cards in the initramfs.)
 */
int tree_remove_module_symbols(const char *root, struct problems *problems);
/* A link to busybox for each of its applets whose name is free. */
int tree_link_busybox(const struct build *build, const char *root, struct problems *problems);
/* lang, keyboard, timezone; no identity; empty mount points. */
int tree_write_settings(const struct build *build, const char *root, struct problems *problems);
/* The image's root, read-only: the trimmed tree, with the tools layer on top when asked for. */
int tree_mount_image(const struct build *build, bool with_tools, char **ret,
		     struct problems *problems);

#endif
