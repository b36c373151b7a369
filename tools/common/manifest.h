// SPDX-License-Identifier: MIT
/*
 * The image's manifest.json, as far as booting needs it: which layers are stacked, the lowest first,
 * their sizes and digests, how much the running host may write; and, for those who write boot media,
 * what a boot loader loads, with which kernel arguments. image/stage_manifest.c writes it:
 *
 *	{"version": TEXT, "ram_mib": N, "layers": [FILE...], "boot": [FILE...],
 *	 "bootloader": {"append": TEXT, "timeout_s": N}, ...}
 *	FILE = {"name": NAME, "size_bytes": N, "sha256": HEX[, "early": BOOLEAN]}
 *
 * An early layer is what a boot over the network needs to get the others: it comes with the initramfs.
 * NAME is a file beside the manifest: letters, digits, ".", "_" and "-". Other fields are for people
 * and programs outside, and are passed over. It may come from the network, so all of it is bounded.
 */
#ifndef COMMON_MANIFEST_H
#define COMMON_MANIFEST_H

#include <stdint.h>

#include "common/digest.h"
#include "common/problems.h"

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_BYTES_MAX (1024 * 1024)
#define MANIFEST_LAYERS_MAX 16
#define MANIFEST_NAME_MAX 64
#define MANIFEST_LAYER_BYTES_MAX (16ULL << 30)

struct manifest {
	char *version;              /* for people */
	struct manifest_file {
		char *name;
		uint64_t size_bytes;    /* 1 to MANIFEST_LAYER_BYTES_MAX */
		char sha256[SHA256_HEX_LEN + 1]; /* lower case */
		bool is_early;
	} *layers;                  /* the lowest first */
	size_t count;               /* 1 to MANIFEST_LAYERS_MAX */
	int ram_mib;                /* what the running host may write */
	struct manifest_file *boot; /* kernel and initramfs; NULL without "boot" */
	size_t boot_count;          /* at most MANIFEST_LAYERS_MAX */
	char *append;               /* the image's kernel arguments; NULL without "bootloader" */
	int timeout_s;              /* of boot menus */
};

/* `source` names the text in problems. 0, or -1 with a problem and *ret untouched. */
int manifest_read(const char *text, size_t len, const char *source, struct manifest *ret,
		  struct problems *problems);
/* Sum of the layers' sizes. */
uint64_t manifest_bytes(const struct manifest *manifest);
/* The file of "boot" with this name ("vmlinuz"), borrowed; NULL when there is none. */
const struct manifest_file *manifest_boot_file(const struct manifest *manifest, const char *name);
void manifest_done(struct manifest *manifest);

#define automanifest __attribute__((cleanup(manifest_done)))

#endif
