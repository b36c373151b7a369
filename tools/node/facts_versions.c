// SPDX-License-Identifier: MIT
/*
 * "versions": of the image, the kernel, QEMU, libvirt and Roost. The image's builder records its
 * packages' versions, so nothing is started to ask: /usr/lib/roost/versions.json holds "qemu" and
 * "libvirt" (and may hold "image"), os-release(5) the image's IMAGE_VERSION. "image_sha256" is the digest
 * of its manifest.
 */
#include "common/file.h"
#include "common/version.h"
#include "node/facts.h"
#include "node/image_digest.h"

static const char *const recorded[] = { "/usr/lib/roost/versions.json", "/usr/lib/roost/image.json" };

/* What the builder recorded, the first file's values before the second's; never NULL. */
static json_t *read_recorded(const char *root, struct problems *problems)
{
	json_t *all = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		autofree char *path = path_in_root(root, recorded[i]);
		autojson json_t *file =
			path_exists(path) ? json_read_file(path, 1024 * 1024, problems) : NULL;

		if (file)
			json_object_update_missing(all, file);
	}
	return all;
}

/* KEY=value of os-release(5), without quotes, or NULL. */
static char *os_release(const char *root, const char *key)
{
	autofree char *path = path_in_root(root, "/usr/lib/os-release");
	autofree char *prefix = xasprintf("%s=", key);
	autofree char *data = NULL;
	autostrv char **lines = NULL;

	if (file_read(path, 64 * 1024, &data, NULL, NULL) < 0)
		return NULL;
	lines = strv_split(data, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		const char *value = str_after(lines[i], prefix);

		if (!value)
			continue;
		value += strspn(value, "\"'");
		return xstrndup(value, strcspn(value, "\"'"));
	}
	return NULL;
}

static json_t *image_version(const char *root, const json_t *builder)
{
	const char *recorded_text = json_string_value(json_object_get(builder, "image"));
	autofree char *released = os_release(root, "IMAGE_VERSION");

	if (!recorded_text)
		recorded_text = json_string_value(json_object_get(builder, "version"));
	return fact_string(recorded_text ? recorded_text : released);
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	size_t before = problems_count(problems);
	autojson json_t *builder = read_recorded(root, problems);
	autofree char *digest = image_digest(root);
	json_t *versions = json_object();

	json_object_set_new(versions, "image", image_version(root, builder));
	json_object_set_new(versions, "image_sha256", fact_string(digest));
	json_object_set_new(versions, "kernel", fact_file(root, "/proc/sys/kernel/osrelease"));
	json_object_set_new(versions, "qemu",
			    fact_string(json_string_value(json_object_get(builder, "qemu"))));
	json_object_set_new(versions, "libvirt",
			    fact_string(json_string_value(json_object_get(builder, "libvirt"))));
	json_object_set_new(versions, "roost", json_string(ROOST_VERSION));
	json_object_set_new(facts, "versions", versions);
	return problems_count(problems) == before ? 0 : -1;
}

const struct fact_kind facts_versions = { "versions", collect };
