// SPDX-License-Identifier: MIT
/* Reading manifest.json strictly; see manifest.h. */
#include "common/json.h"
#include "node/manifest.h"

#define VERSION_MAX 64
#define RAM_MIN_MIB 16
#define RAM_MAX_MIB (1024 * 1024)

#define DIGITS "0123456789"
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "._-"

/* A name of our own choice beside the manifest: never a path, an option or the manifest itself. */
static bool is_layer_name(const char *name)
{
	return name[strspn(name, NAME_CHARACTERS)] == '\0' && name[0] != '\0' && name[0] != '.' &&
	       name[0] != '-' && !streq(name, MANIFEST_NAME);
}

static bool is_digest(const char *text)
{
	return strlen(text) == SHA256_HEX_LEN && strspn(text, DIGITS "abcdef") == SHA256_HEX_LEN;
}

static int read_layer(const json_t *object, struct manifest *manifest, const char *source,
		      struct problems *problems)
{
	autofree char *where = xasprintf("%s: layers[%zu]", source, manifest->count);
	const char *name = NULL, *digest = NULL;
	struct manifest_file *file;
	long long size = 0;

	if (json_get_string(object, "name", MANIFEST_NAME_MAX, &name, where, problems) < 0 ||
	    json_get_string(object, "sha256", SHA256_HEX_LEN, &digest, where, problems) < 0 ||
	    json_get_int(object, "size_bytes", 1, (long long)MANIFEST_LAYER_BYTES_MAX, &size, where,
			 problems) < 0)
		return -1;
	/* What is quoted nowhere cannot garble a console. */
	if (!is_layer_name(name))
		return problem(problems, "%s: \"name\": expected a file name of letters, digits, \".\", "
			       "\"_\" and \"-\"", where);
	if (!is_digest(digest))
		return problem(problems, "%s: \"sha256\": expected %d lower-case hexadecimal digits",
			       where, SHA256_HEX_LEN);
	for (size_t i = 0; i < manifest->count; i++)
		if (streq(manifest->layers[i].name, name))
			return problem(problems, "%s: %s is there twice", where, name);
	file = &manifest->layers[manifest->count++];
	file->name = xstrdup(name);
	file->size_bytes = (uint64_t)size;
	memcpy(file->sha256, digest, sizeof(file->sha256));
	return 0;
}

static int read_layers(const json_t *list, struct manifest *manifest, const char *source,
		       struct problems *problems)
{
	size_t count = json_array_size(list); /* 0 for what is no array */

	if (count < 1 || count > MANIFEST_LAYERS_MAX)
		return problem(problems, "%s: \"layers\": expected a list of 1 to %d layers", source,
			       MANIFEST_LAYERS_MAX);
	manifest->layers = xcalloc(count, sizeof(*manifest->layers));
	for (size_t i = 0; i < count; i++)
		if (read_layer(json_array_get(list, i), manifest, source, problems) < 0)
			return -1;
	return 0;
}

static int read_version(const json_t *object, struct manifest *manifest, const char *source,
			struct problems *problems)
{
	const char *version = NULL;

	if (json_get_string(object, "version", VERSION_MAX, &version, source, problems) < 0)
		return -1;
	for (const char *p = version; *p; p++)
		if (*p < ' ' || *p > '~')
			return problem(problems, "%s: \"version\": expected printable ASCII", source);
	manifest->version = xstrdup(version);
	return 0;
}

int manifest_read(const char *text, size_t len, const char *source, struct manifest *ret,
		  struct problems *problems)
{
	autojson json_t *object = json_read(text, len, MANIFEST_BYTES_MAX, source, problems);
	automanifest struct manifest manifest = { 0 };
	long long ram_mib = 0;

	if (!object || read_version(object, &manifest, source, problems) < 0 ||
	    json_get_int(object, "ram_mib", RAM_MIN_MIB, RAM_MAX_MIB, &ram_mib, source, problems) < 0 ||
	    read_layers(json_object_get(object, "layers"), &manifest, source, problems) < 0)
		return -1;
	manifest.ram_mib = (int)ram_mib;
	*ret = manifest;
	manifest = (struct manifest){ 0 };
	return 0;
}

uint64_t manifest_bytes(const struct manifest *manifest)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < manifest->count; i++)
		sum += manifest->layers[i].size_bytes;
	return sum;
}

void manifest_done(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		free(manifest->layers[i].name);
	free(manifest->layers);
	free(manifest->version);
	*manifest = (struct manifest){ 0 };
}
