// SPDX-License-Identifier: MIT
/*
 * What roost-pxe takes from roost.iso. Everything comes from there, also the texts of the menus: an
 * image and what is said to its kernel belong together, and a site that changes boot/ builds an image
 * that carries the change.
 */
#ifndef MEDIA_PXE_SOURCE_H
#define MEDIA_PXE_SOURCE_H

#include "common/manifest.h"
#include "media/iso_files.h"

struct pxe_bytes {
	char *data;             /* with a NUL behind the last one */
	size_t len;
};

enum pxe_template { PXE_PXELINUX, PXE_GRUB, PXE_IPXE, PXE_DNSMASQ, PXE_TEMPLATES };

/* Where the templates come from, and where they go. */
extern const struct pxe_template_place {
	const char *on_iso, *in_tree;
} pxe_template_places[PXE_TEMPLATES];

enum pxe_program { PXE_SHIM, PXE_GRUB_PROGRAM, PXE_PROGRAMS };

struct pxe_source {
	char *iso;
	struct pxe_bytes manifest_text;
	char *manifest_sha256;
	struct manifest manifest;
	struct pxe_bytes templates[PXE_TEMPLATES];
	struct pxe_bytes programs[PXE_PROGRAMS];
	/* Files that are copied as they are: "boot/vmlinuz" -> "roost/vmlinuz". */
	struct pxe_copy {
		char *from;
		char *to;
		char *original;     /* the name on the ISO under which its content is read */
		uint64_t size_bytes;
		const char *sha256; /* borrowed from the manifest; NULL when that does not list it */
	} *copies;
	size_t copies_count;
};

/* Reads all but the large files. -1 when it is no image of ours, or lacks something. */
int pxe_source_read(const char *iso, struct pxe_source *ret, struct problems *problems);
void pxe_source_done(struct pxe_source *source);

#endif
