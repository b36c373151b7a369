// SPDX-License-Identifier: MIT
/*
 * dracut, run in the build root with our modules (boot/dracut) and the image's kernel modules.
 */
#ifndef IMAGE_DRACUT_H
#define IMAGE_DRACUT_H

#include "image/stage.h"

/* What a stage that calls dracut_run reads of boot/dracut. */
int dracut_inputs(const struct build *build, struct inputs *inputs, struct problems *problems);
/*
 * Makes folder/file, an initramfs. It has the dracut module `module` of boot/dracut, and what that depends
 * on. One to boot is compressed, with microcode in front, and may have programs of the tools stage
 * (/build/tools), which it comes after; else it is a bare cpio. Its dates are the packages layer's.
 */
int dracut_run(const struct build *build, const char *folder, const char *file, const char *module,
	       bool is_bootable, struct problems *problems);

#endif
