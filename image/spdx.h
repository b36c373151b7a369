// SPDX-License-Identifier: MIT
/*
 * The image's SBOM: an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3/) as JSON.
 */
#ifndef IMAGE_SPDX_H
#define IMAGE_SPDX_H

#include <time.h>

#include "common/json.h"

struct spdx_image {
	const char *version;
	const char *suite;           /* of Debian */
	time_t date;
	const char *manifest_sha256; /* what identifies the image */
	const json_t *manifest;      /* roost.manifest.json: its layers and boot files */
	const json_t *packages;      /* of Debian, as stage_packages.c writes them */
	const json_t *programs;      /* our own: [{"name", "sha256"}...] */
};

/* The same for the same image, wherever and whenever it is made. Owned by the caller. */
json_t *spdx_document(const struct spdx_image *image);
/* pkg:deb/debian/NAME@VERSION?arch=ARCHITECTURE&distro=SUITE; owned by the caller. */
char *spdx_purl(const char *name, const char *version, const char *architecture, const char *suite);

#endif
