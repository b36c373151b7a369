// SPDX-License-Identifier: MIT
/*
 * Layers as an initramfs, which a boot loader loads behind initrd.img; the kernel unpacks both.
 * layers.img is the whole image, for hosts that have nothing but TFTP: roost-root finds
 * /roost/manifest.json. net.img is its early layers: what a host needs to get the others by HTTP.
 */
#ifndef MEDIA_LAYERS_CPIO_H
#define MEDIA_LAYERS_CPIO_H

#include <stdint.h>

#include "common/problems.h"

struct layers_cpio_file {
	const char *path;       /* where its content is */
	const char *name;       /* below /roost */
	uint64_t size_bytes;
};

/* The archive's size, to the byte. */
uint64_t layers_cpio_size(const struct layers_cpio_file *files, size_t count);

/*
 * Gives the archive (newc, uncompressed: layers are compressed already) to `write`, piece by piece,
 * which returns 0, or -1 with a problem. The same files give the same bytes.
 */
int layers_cpio_write(const struct layers_cpio_file *files, size_t count,
		      int (*write)(const void *data, size_t len, void *userdata), void *userdata,
		      struct problems *problems);

#endif
