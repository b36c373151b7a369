// SPDX-License-Identifier: MIT
/* See lock.h. */
#include "common/digest.h"
#include "common/file.h"
#include "common/json.h"
#include "image/lock.h"

#define MANIFEST_MAX (4 * 1024 * 1024)
#define FIELD_MAX 256
#define LINES_FILE "packages"
#define PINS "/etc/apt/preferences.d/roost-locked"

/* What apt and dpkg may read in a preferences file without being led astray. */
static bool is_plain(const char *text)
{
	return *text && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789.+-:~_") == strlen(text);
}

static int read_package(const json_t *object, const char *where, char ***lines,
			struct problems *problems)
{
	const char *name = NULL, *version = NULL, *architecture = NULL, *digest = NULL;

	if (json_get_string(object, "name", FIELD_MAX, &name, where, problems) < 0 ||
	    json_get_string(object, "version", FIELD_MAX, &version, where, problems) < 0 ||
	    json_get_string(object, "architecture", FIELD_MAX, &architecture, where, problems) < 0 ||
	    json_get_string(object, "sha256", SHA256_HEX_LEN, &digest, where, problems) < 0)
		return -1;
	if (!is_plain(name) || !is_plain(version) || !is_plain(architecture) || !is_plain(digest))
		return problem(problems, "%s: expected a Debian package's name, version and architecture, "
			       "and a SHA-256", where);
	strv_pushf(lines, LOCK_LINE, name, version, architecture, digest);
	return 0;
}

static int read_list(const json_t *manifest, const char *field, struct lock *lock,
		     struct problems *problems)
{
	const json_t *list = json_object_get(manifest, field);
	int r = 0;

	if (!json_is_array(list) || json_array_size(list) == 0)
		return problem(problems, "%s: \"%s\": expected the manifest of a build (roost.manifest.json), "
			       "which lists packages there", lock->path, field);
	for (size_t i = 0; i < json_array_size(list) && r == 0; i++) {
		autofree char *where = xasprintf("%s: %s[%zu]", lock->path, field, i);

		r = read_package(json_array_get(list, i), where, &lock->lines, problems);
	}
	return r;
}

int lock_read(const char *path, struct lock *ret, struct problems *problems)
{
	autojson json_t *manifest = json_read_file(path, MANIFEST_MAX, problems);
	struct lock lock = { .path = xstrdup(path) };
	autofree char *text = NULL;
	int r = -1;

	if (manifest && read_list(manifest, "packages", &lock, problems) == 0 &&
	    read_list(manifest, "build_packages", &lock, problems) == 0) {
		strv_sort(lock.lines);
		text = strv_join(lock.lines, "\n");
		lock.digest = sha256_text(text, strlen(text));
		r = 0;
	}
	*ret = lock;
	return r;
}

void lock_done(struct lock *lock)
{
	free(lock->path);
	free(lock->digest);
	strv_free(lock->lines);
	*lock = (struct lock){ 0 };
}

int lock_pin(const struct lock *lock, const char *root, struct problems *problems)
{
	autofree char *path = path_in_root(root, PINS), *text = NULL;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	/* 1001: even when that is an older version than another one that is offered, apt_preferences(5). */
	for (size_t i = 0; lock->lines[i]; i++) {
		autostrv char **fields = strv_split(lock->lines[i], "\t", true);

		fprintf(out, "Package: %s\nPin: version %s\nPin-Priority: 1001\n\n", fields[LOCK_NAME],
			fields[LOCK_VERSION]);
	}
	fclose(out);
	return file_write_text(path, 0644, text, problems);
}

char **lock_find(char *const *lines, const char *package)
{
	for (size_t i = 0; lines && lines[i]; i++) {
		const char *rest = str_after(lines[i], package);

		if (rest && *rest == '\t')
			return strv_split(lines[i], "\t", true);
	}
	return NULL;
}

static int check_line(const struct lock *lock, const char *line, struct problems *problems)
{
	autostrv char **fields = strv_split(line, "\t", true);
	autostrv char **wanted = lock_find(lock->lines, fields[LOCK_NAME]);

	if (!wanted)
		return problem(problems, "%s: %s %s is installed, and not in it", lock->path,
			       fields[LOCK_NAME], fields[LOCK_VERSION]);
	if (!streq(wanted[LOCK_VERSION], fields[LOCK_VERSION]))
		return problem(problems, "%s: %s: expected version %s, the mirror has %s: name a mirror that "
			       "still has it (MIRROR=, such as snapshot.debian.org)", lock->path,
			       fields[LOCK_NAME], wanted[LOCK_VERSION], fields[LOCK_VERSION]);
	return problem(problems, "%s: %s %s: expected SHA-256 %s, the mirror's has %s", lock->path,
		       fields[LOCK_NAME], fields[LOCK_VERSION], wanted[LOCK_DIGEST], fields[LOCK_DIGEST]);
}

int lock_check(const struct lock *lock, char *const *lines, struct problems *problems)
{
	int r = 0;

	for (size_t i = 0; lines && lines[i]; i++)
		if (!strv_contains(lock->lines, lines[i]) && check_line(lock, lines[i], problems) < 0)
			r = -1;
	return r;
}

static int add_line(const char *debs, const struct dpkg_package *package, char ***lines,
		    struct problems *problems)
{
	autofree char *name = dpkg_deb_name(package), *path = path_join(debs, name);
	autofree char *digest = NULL;

	if (sha256_file(path, &digest, problems) < 0)
		return -1;
	strv_pushf(lines, LOCK_LINE, package->name, package->version, package->architecture, digest);
	return 0;
}

int lock_write_lines(const struct build *build, const struct dpkg_status *installed, const char *debs,
		     const char *folder, struct problems *problems)
{
	autofree char *path = path_join(folder, LINES_FILE), *joined = NULL, *text = NULL;
	autostrv char **lines = NULL;
	int r = 0;

	for (size_t i = 0; i < installed->count && r == 0; i++)
		r = add_line(debs, &installed->packages[i], &lines, problems);
	strv_sort(lines);
	if (r < 0 || (build->lock.lines && lock_check(&build->lock, lines, problems) < 0))
		return -1;
	joined = strv_join(lines, "\n");
	text = xasprintf("%s\n", joined);
	return file_write_text(path, 0644, text, problems);
}

int lock_read_lines(const struct build *build, const char *stage, char ***ret, struct problems *problems)
{
	autofree char *path = stage_path(build, stage, LINES_FILE), *text = NULL;

	if (file_read(path, MANIFEST_MAX, &text, NULL, problems) < 0)
		return -1;
	*ret = strv_split(text, "\n", false);
	return 0;
}

json_t *lock_json(char *const *lines, char *const *without)
{
	json_t *list = json_array();

	for (size_t i = 0; lines && lines[i]; i++) {
		autostrv char **fields = strv_split(lines[i], "\t", true);

		if (strv_len(fields) == LOCK_FIELDS && !strv_contains(without, lines[i]))
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}",
				"name", fields[LOCK_NAME], "version", fields[LOCK_VERSION],
				"architecture", fields[LOCK_ARCHITECTURE], "sha256", fields[LOCK_DIGEST]));
	}
	return list;
}
