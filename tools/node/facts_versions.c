// SPDX-License-Identifier: MIT
/*
 * "versions": of the image, the kernel, QEMU, libvirt and Roost. The image's builder records its
 * packages' versions, so nothing is started to ask: /usr/lib/roost/versions.json holds "qemu" and
 * "libvirt" (and may hold "image"), os-release(5) the image's IMAGE_VERSION.
 */
#include "common/file.h"
#include "common/version.h"
#include "node/facts.h"

static const char *const recorded[] = { "/usr/lib/roost/versions.json", "/usr/lib/roost/image.json" };

/* A string that the builder recorded under `key`, or NULL; owned by the caller. */
static char *recorded_version(const char *root, const char *key, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		autofree char *path = path_in_root(root, recorded[i]);
		autojson json_t *file = NULL;
		const char *version = NULL;

		if (!path_exists(path))
			continue;
		file = json_read_file(path, 1024 * 1024, problems);
		if (file && json_get_optional_string(file, key, 256, &version, path, problems) == 0 &&
		    version)
			return xstrdup(version);
	}
	return NULL;
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

static char *image_version(const char *root, struct problems *problems)
{
	char *version = recorded_version(root, "image", problems);

	if (!version)
		version = recorded_version(root, "version", problems);
	return version ? version : os_release(root, "IMAGE_VERSION");
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	size_t before = problems_count(problems);
	autofree char *image = image_version(root, problems);
	autofree char *qemu = recorded_version(root, "qemu", problems);
	autofree char *libvirt = recorded_version(root, "libvirt", problems);
	json_t *versions = json_object();

	json_object_set_new(versions, "image", fact_string(image));
	json_object_set_new(versions, "kernel", fact_file(root, "/proc/sys/kernel/osrelease"));
	json_object_set_new(versions, "qemu", fact_string(qemu));
	json_object_set_new(versions, "libvirt", fact_string(libvirt));
	json_object_set_new(versions, "roost", json_string(ROOST_VERSION));
	json_object_set_new(facts, "versions", versions);
	return problems_count(problems) == before ? 0 : -1;
}

const struct fact_kind facts_versions = { "versions", collect };
