// SPDX-License-Identifier: MIT
/* Files of the EFI partition (FAT) inside an image, read with mtools. */
#ifndef MEDIA_EFI_FILES_H
#define MEDIA_EFI_FILES_H

#include "media/image_file.h"

/*
 * One file of it ("EFI/BOOT/BOOTX64.EFI"), an EFI program of at most `max` bytes; owned by the caller.
 * -1 when the image has no such partition, the partition no such file, or mtools are missing.
 */
int efi_program_read(const struct image_file *image, const char *name, size_t max, char **ret,
		     size_t *ret_len, struct problems *problems);

#endif
