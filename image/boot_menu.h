// SPDX-License-Identifier: MIT
/*
 * Boot loader configurations. The texts are in boot/; three words in them are replaced by what the
 * kickstart's bootloader command says: @APPEND@, @TIMEOUT_S@ (seconds; 0 does not wait) and
 * @TIMEOUT_DS@ (tenths of a second for syslinux, where 0 would wait for ever: 1 at least).
 */
#ifndef IMAGE_BOOT_MENU_H
#define IMAGE_BOOT_MENU_H

#include "image/language.h"

/* The text of the template at `path`, filled in; owned by the caller. */
int boot_menu_text(const char *path, const struct image_bootloader *bootloader, char **ret,
		   struct problems *problems);

#endif
