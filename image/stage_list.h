// SPDX-License-Identifier: MIT
/* Every stage's descriptor; the order is in stages.c. */
#ifndef IMAGE_STAGE_LIST_H
#define IMAGE_STAGE_LIST_H

#include "image/stage.h"

extern const struct stage stage_lists;
extern const struct stage stage_rootfs;
extern const struct stage stage_buildroot;
extern const struct stage stage_tools;
extern const struct stage stage_trim;
extern const struct stage stage_packages;
extern const struct stage stage_initramfs;
extern const struct stage stage_layer_net;
extern const struct stage stage_layer_packages;
extern const struct stage stage_layer_tools;
extern const struct stage stage_lint;
extern const struct stage stage_manifest;
extern const struct stage stage_sbom;
extern const struct stage stage_efi;
extern const struct stage stage_iso;

#endif
