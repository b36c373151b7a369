// SPDX-License-Identifier: MIT
/* What a network boot tree consists of, and writing it. */
#ifndef MEDIA_PXE_WRITE_H
#define MEDIA_PXE_WRITE_H

#include "common/progress.h"
#include "media/boot_tree.h"
#include "media/pxe_menus.h"

#define PXE_LAYERS "roost/layers.img"
#define PXE_NET "roost/net.img"
#define PXE_SUMS "roost/SHA256SUMS"

/* Every file with its size, sorted by path; sha256 is NULL. */
struct boot_tree_file *pxe_plan(const struct pxe_source *source, const struct pxe_menus *menus,
				size_t *ret_count);
void pxe_plan_free(struct boot_tree_file *files, size_t count);

/*
 * Writes the tree to `dir` (a full path), in one piece. *ret is what was written, sorted by path. What
 * comes from the image is checked against its manifest.
 */
int pxe_write(const struct pxe_source *source, const struct pxe_menus *menus, const char *dir,
	      struct progress *progress, struct boot_tree_file **ret, size_t *ret_count,
	      bool *ret_is_damaged, struct problems *problems);

#endif
