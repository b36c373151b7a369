// SPDX-License-Identifier: MIT
/*
 * manifest.json as bytes of a hostile server: what is accepted holds to its bounds, and no name in it
 * leaves the folder or means something to overlayfs.
 */
#include "common/manifest.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autoproblems struct problems problems = { 0 };
	automanifest struct manifest manifest = { 0 };

	if (manifest_read((const char *)data, size, "manifest", &manifest, &problems) < 0) {
		require(problems_count(&problems) > 0 && !manifest.layers && !manifest.version);
		return 0;
	}
	require(manifest.count >= 1 && manifest.count <= MANIFEST_LAYERS_MAX && manifest.ram_mib > 0);
	require(manifest_bytes(&manifest) <= MANIFEST_LAYERS_MAX * MANIFEST_LAYER_BYTES_MAX);
	for (size_t i = 0; i < manifest.count; i++) {
		const struct manifest_file *layer = &manifest.layers[i];

		require(layer->name[0] != '.' && !strpbrk(layer->name, "/:,\\ \n"));
		require(strlen(layer->name) <= MANIFEST_NAME_MAX && layer->size_bytes > 0);
		require(strlen(layer->sha256) == SHA256_HEX_LEN);
	}
	return 0;
}
