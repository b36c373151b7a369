// SPDX-License-Identifier: MIT
/*
 * The image in the folder that /boot serves, as far as a boot script has to say it. It is read from
 * roost/manifest.json and from boot.ipxe, where roost-pxe wrote the site's kernel arguments, and kept
 * until one of the files changes.
 */
#ifndef APPLIANCE_BOOT_IMAGE_H
#define APPLIANCE_BOOT_IMAGE_H

#include <pthread.h>

#include "common/problems.h"

#define BOOT_MANIFEST "roost/manifest.json"
#define BOOT_SCRIPT "boot.ipxe"

struct boot_image {
	char *version;
	char *manifest_sha256;
	char *arguments;        /* of the default entry, fit for a line of a boot loader */
	int timeout_s;          /* of menus */
};

struct boot_images {
	pthread_mutex_t lock;
	char *tag;              /* of the files that `last` is of; NULL: none yet */
	struct boot_image last;
};

void boot_images_init(struct boot_images *images);
void boot_images_done(struct boot_images *images);

/* A copy, owned by the caller; -1 when there is no image, or one that cannot be used. */
int boot_image_get(struct boot_images *images, const char *folder, struct boot_image *ret,
		   struct problems *problems);
void boot_image_done(struct boot_image *image);
#define autoboot_image __attribute__((cleanup(boot_image_done)))

/*
 * The kernel arguments of a boot.ipxe: what stands in its first line "set args". NULL when it has none.
 * Owned by the caller.
 */
char *boot_script_arguments(const char *script);

#endif
