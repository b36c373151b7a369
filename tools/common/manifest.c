// SPDX-License-Identifier: MIT
/* Reading manifest.json strictly; see manifest.h. */
#include "common/json.h"
#include "common/manifest.h"

#define VERSION_MAX 64
#define RAM_MIN_MIB 16
#define RAM_MAX_MIB (1024 * 1024)
#define APPEND_MAX 2048 /* of the kernel's command line, x86's COMMAND_LINE_SIZE */
#define TIMEOUT_MAX_S 3600

#define DIGITS "0123456789"
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "._-"

/* A name of our own choice beside the manifest: never a path, an option or the manifest itself. */
static bool is_file_name(const char *name)
{
	return name[strspn(name, NAME_CHARACTERS)] == '\0' && name[0] != '\0' && name[0] != '.' &&
	       name[0] != '-' && !streq(name, MANIFEST_NAME);
}

static bool is_digest(const char *text)
{
	return strlen(text) == SHA256_HEX_LEN && strspn(text, DIGITS "abcdef") == SHA256_HEX_LEN;
}

static bool is_printable(const char *text)
{
	for (const char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			return false;
	return true;
}

static int read_file(const json_t *object, const char *where, struct manifest_file *ret,
		     struct problems *problems)
{
	const json_t *early = json_object_get(object, "early");
	const char *name = NULL, *digest = NULL;
	long long size = 0;

	if (json_get_string(object, "name", MANIFEST_NAME_MAX, &name, where, problems) < 0 ||
	    json_get_string(object, "sha256", SHA256_HEX_LEN, &digest, where, problems) < 0 ||
	    json_get_int(object, "size_bytes", 1, (long long)MANIFEST_LAYER_BYTES_MAX, &size, where,
			 problems) < 0)
		return -1;
	/* What is quoted nowhere cannot garble a console. */
	if (!is_file_name(name))
		return problem(problems, "%s: \"name\": expected a file name of letters, digits, \".\", "
			       "\"_\" and \"-\"", where);
	if (!is_digest(digest))
		return problem(problems, "%s: \"sha256\": expected %d lower-case hexadecimal digits",
			       where, SHA256_HEX_LEN);
	if (early && !json_is_boolean(early))
		return problem(problems, "%s: \"early\": expected true or false", where);
	ret->is_early = json_is_true(early);
	ret->name = xstrdup(name);
	ret->size_bytes = (uint64_t)size;
	memcpy(ret->sha256, digest, sizeof(ret->sha256));
	return 0;
}

static const struct manifest_file *find_file(const struct manifest_file *files, size_t count,
					     const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (streq(files[i].name, name))
			return &files[i];
	return NULL;
}

/* `field` of the manifest, into a list that grows with each file, so that all of it can be freed. */
static int read_files(const json_t *list, const char *field, struct manifest_file **ret,
		      size_t *ret_count, const char *source, struct problems *problems)
{
	size_t count = json_array_size(list); /* 0 for what is no array */

	if (count > MANIFEST_LAYERS_MAX)
		return problem(problems, "%s: \"%s\": expected at most %d files", source, field,
			       MANIFEST_LAYERS_MAX);
	*ret = count ? xcalloc(count, sizeof(**ret)) : NULL;
	for (size_t i = 0; i < count; i++) {
		autofree char *where = xasprintf("%s: %s[%zu]", source, field, i);
		struct manifest_file *file = &(*ret)[i];

		if (read_file(json_array_get(list, i), where, file, problems) < 0)
			return -1;
		*ret_count = i + 1;
		if (find_file(*ret, i, file->name))
			return problem(problems, "%s: %s is there twice", where, file->name);
	}
	return 0;
}

static int read_layers(const json_t *list, struct manifest *manifest, const char *source,
		       struct problems *problems)
{
	size_t count = json_array_size(list);

	if (count < 1 || count > MANIFEST_LAYERS_MAX)
		return problem(problems, "%s: \"layers\": expected a list of 1 to %d layers", source,
			       MANIFEST_LAYERS_MAX);
	return read_files(list, "layers", &manifest->layers, &manifest->count, source, problems);
}

/* What boot loaders need, which a running node does not: both may be missing. */
static int read_boot(const json_t *object, struct manifest *manifest, const char *source,
		     struct problems *problems)
{
	const json_t *loader = json_object_get(object, "bootloader");
	autofree char *where = xasprintf("%s: bootloader", source);
	const char *append = NULL;
	long long timeout = 0;

	if (read_files(json_object_get(object, "boot"), "boot", &manifest->boot,
		       &manifest->boot_count, source, problems) < 0)
		return -1;
	if (!loader)
		return 0;
	if (json_get_string(loader, "append", APPEND_MAX, &append, where, problems) < 0 ||
	    json_get_int(loader, "timeout_s", 0, TIMEOUT_MAX_S, &timeout, where, problems) < 0)
		return -1;
	if (!is_printable(append))
		return problem(problems, "%s: \"append\": expected printable ASCII", where);
	manifest->append = xstrdup(append);
	manifest->timeout_s = (int)timeout;
	return 0;
}

static int read_version(const json_t *object, struct manifest *manifest, const char *source,
			struct problems *problems)
{
	const char *version = NULL;

	if (json_get_string(object, "version", VERSION_MAX, &version, source, problems) < 0)
		return -1;
	if (!is_printable(version))
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
	    read_layers(json_object_get(object, "layers"), &manifest, source, problems) < 0 ||
	    read_boot(object, &manifest, source, problems) < 0)
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

const struct manifest_file *manifest_boot_file(const struct manifest *manifest, const char *name)
{
	return find_file(manifest->boot, manifest->boot_count, name);
}

static void free_files(struct manifest_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(files[i].name);
	free(files);
}

void manifest_done(struct manifest *manifest)
{
	free_files(manifest->layers, manifest->count);
	free_files(manifest->boot, manifest->boot_count);
	free(manifest->append);
	free(manifest->version);
	*manifest = (struct manifest){ 0 };
}
