// SPDX-License-Identifier: MIT
/* Reading dpkg's lists; see dpkg_status.h. */
#include <glob.h>

#include "common/file.h"
#include "image/dpkg_status.h"

#define STATUS_MAX (16 * 1024 * 1024)
#define LIST_MAX (16 * 1024 * 1024)

static const struct { const char *prefix; size_t offset; } fields[] = {
	{ "Package: ", offsetof(struct dpkg_package, name) },
	{ "Version: ", offsetof(struct dpkg_package, version) },
	{ "Architecture: ", offsetof(struct dpkg_package, architecture) },
	{ "Source: ", offsetof(struct dpkg_package, source) },
	{ "Homepage: ", offsetof(struct dpkg_package, homepage) },
};

static char **slot(struct dpkg_package *package, size_t i)
{
	return (char **)((char *)package + fields[i].offset);
}

static void package_done(struct dpkg_package *package)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		free(*slot(package, i));
	*package = (struct dpkg_package){ 0 };
}

static void end_stanza(struct dpkg_status *status, struct dpkg_package *package, bool is_installed)
{
	if (!is_installed || !package->name || !package->version || !package->architecture) {
		package_done(package);
		return;
	}
	status->packages = xreallocarray(status->packages, status->count + 1, sizeof(*package));
	status->packages[status->count++] = *package;
	*package = (struct dpkg_package){ 0 };
}

static void read_field(struct dpkg_package *package, const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *value = str_after(line, fields[i].prefix);

		if (value && !*slot(package, i))
			*slot(package, i) = xstrdup(value);
	}
}

void dpkg_status_parse(const char *text, struct dpkg_status *ret)
{
	autostrv char **lines = strv_split(text, "\n", true);
	struct dpkg_package package = { 0 };
	bool is_installed = false;

	*ret = (struct dpkg_status){ 0 };
	for (size_t i = 0; lines && lines[i]; i++) {
		if (!*lines[i]) {
			end_stanza(ret, &package, is_installed);
			is_installed = false;
		}
		if (str_after(lines[i], "Status: ") && str_ends(lines[i], " installed"))
			is_installed = true;
		read_field(&package, lines[i]);
	}
	end_stanza(ret, &package, is_installed);
}

int dpkg_status_read(const char *root, struct dpkg_status *ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/var/lib/dpkg/status"), *text = NULL;

	if (file_read(path, STATUS_MAX, &text, NULL, problems) < 0)
		return -1;
	dpkg_status_parse(text, ret);
	return 0;
}

const struct dpkg_package *dpkg_status_find(const struct dpkg_status *status, const char *name)
{
	for (size_t i = 0; i < status->count; i++)
		if (streq(status->packages[i].name, name))
			return &status->packages[i];
	return NULL;
}

void dpkg_status_done(struct dpkg_status *status)
{
	for (size_t i = 0; i < status->count; i++)
		package_done(&status->packages[i]);
	free(status->packages);
	*status = (struct dpkg_status){ 0 };
}

char *dpkg_deb_name(const struct dpkg_package *package)
{
	autostrv char **parts = strv_split(package->version, ":", true);
	autofree char *version = strv_join(parts, "%3a");

	return xasprintf("%s_%s_%s.deb", package->name, version, package->architecture);
}

/* NAME.list, or NAME:ARCHITECTURE.list where it can be there for several. NULL when there is none. */
static char *find_list(const char *root, const char *package)
{
	autofree char *pattern = xasprintf("%s/var/lib/dpkg/info/%s:*.list", root, package);
	char *plain = xasprintf("%s/var/lib/dpkg/info/%s.list", root, package);
	glob_t found = { 0 };

	if (!path_exists(plain)) {
		free(plain);
		plain = glob(pattern, 0, NULL, &found) == 0 ? xstrdup(found.gl_pathv[0]) : NULL;
		globfree(&found);
	}
	return plain;
}

int dpkg_files(const char *root, const char *package, char ***ret, struct problems *problems)
{
	autofree char *path = find_list(root, package), *text = NULL;

	*ret = NULL;
	if (!path)
		return 0;
	if (file_read(path, LIST_MAX, &text, NULL, problems) < 0)
		return -1;
	*ret = strv_split(text, "\n", false);
	return 0;
}
