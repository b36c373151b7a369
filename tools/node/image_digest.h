// SPDX-License-Identifier: MIT
/*
 * Which image this host runs: the SHA-256 of its manifest.json, which names the layers by theirs. It is
 * what roost.manifest= has in a boot over the network, and what the SBOM has for the image.
 */
#ifndef NODE_IMAGE_DIGEST_H
#define NODE_IMAGE_DIGEST_H

/* Of what roost-root stacked; 64 lower-case digits, owned by the caller. NULL when it left no manifest. */
char *image_digest(const char *root);

#endif
