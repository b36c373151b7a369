// SPDX-License-Identifier: MIT
/* The image's digest; see image_digest.h. */
#include "common/digest.h"
#include "common/file.h"
#include "common/manifest.h"
#include "node/image_digest.h"

char *image_digest(const char *root)
{
	autofree char *path = path_in_root(root, "/run/roost/" MANIFEST_NAME);
	autofree char *text = NULL;
	size_t len;

	if (file_read_optional(path, MANIFEST_BYTES_MAX, &text, &len, NULL) < 0 || !text)
		return NULL;
	return sha256_text(text, len);
}
