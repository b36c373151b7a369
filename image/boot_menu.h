// SPDX-License-Identifier: MIT
/*
 * Boot loader configurations. The texts are in boot/; two words in them are replaced by what the
 * kickstart's bootloader command says: @APPEND@ and @TIMEOUT@ (in tenths of a second).
 */
#ifndef IMAGE_BOOT_MENU_H
#define IMAGE_BOOT_MENU_H

#include "image/language.h"

int boot_menu_text(const char *path, const struct image_bootloader *bootloader, char **ret,
		   struct problems *problems);

#endif
