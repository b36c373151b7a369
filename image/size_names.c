// SPDX-License-Identifier: MIT
/* dpkg's lists, which have a path a line (dpkg-query(1), --listfiles), and folders. */
#include <glob.h>

#include "common/file.h"
#include "image/size_names.h"

#define LIST_MAX (16 * 1024 * 1024)
#define SUFFIX ".list"

/* Some lists still name /lib, which is a link to /usr/lib. */
static char *merged_path(const char *path)
{
	static const char *const links[] = { "/bin/", "/sbin/", "/lib/", "/lib64/" };

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (str_after(path, links[i]))
			return xasprintf("/usr%s", path);
	return xstrdup(path);
}

/* "PACKAGE.list" or "PACKAGE:ARCHITECTURE.list" */
static char *package_of(const char *list)
{
	const char *name = strrchr(list, '/') + 1;
	size_t len = strlen(name) - strlen(SUFFIX);
	const char *colon = memchr(name, ':', len);

	return xstrndup(name, colon ? (size_t)(colon - name) : len);
}

static int read_list(const char *list, struct size_owners *owners, struct problems *problems)
{
	autofree char *package = package_of(list), *text = NULL;
	autostrv char **lines = NULL;
	size_t count;

	if (file_read(list, LIST_MAX, &text, NULL, problems) < 0)
		return -1;
	lines = strv_split(text, "\n", false);
	count = strv_len(lines);
	owners->items = xreallocarray(owners->items, owners->count + count + 1, sizeof(*owners->items));
	for (size_t i = 0; i < count; i++)
		owners->items[owners->count++] = (struct size_owner){
			.path = merged_path(lines[i]), .package = xstrdup(package),
		};
	return 0;
}

static int compare_owners(const void *a, const void *b)
{
	return strcmp(((const struct size_owner *)a)->path, ((const struct size_owner *)b)->path);
}

int size_owners_read(const char *root, struct size_owners *ret, struct problems *problems)
{
	autofree char *pattern = path_in_root(root, "/var/lib/dpkg/info/*" SUFFIX);
	struct size_owners owners = { 0 };
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		r = problem(problems, "%s: no package's list of files: is the image built? (roost-image build)",
			    pattern);
	for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
		r = read_list(found.gl_pathv[i], &owners, problems);
	globfree(&found);
	if (r < 0) {
		size_owners_done(&owners);
		return -1;
	}
	if (owners.count)
		qsort(owners.items, owners.count, sizeof(*owners.items), compare_owners);
	*ret = owners;
	return 0;
}

static const char *look_up(const struct size_owners *owners, const char *path)
{
	const struct size_owner key = { .path = (char *)path };
	const struct size_owner *found = owners->count ?
		bsearch(&key, owners->items, owners->count, sizeof(key), compare_owners) : NULL;

	return found ? found->package : NULL;
}

/* Modules lose their compression on the way into the image. */
const char *size_owner(const struct size_owners *owners, const char *path)
{
	static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };
	size_t count = str_ends(path, ".ko") ? ARRAY_SIZE(suffixes) : 1;
	const char *package = NULL;

	for (size_t i = 0; !package && i < count; i++) {
		autofree char *packed = xasprintf("%s%s", path, suffixes[i]);

		package = look_up(owners, packed);
	}
	return package;
}

void size_owners_done(struct size_owners *owners)
{
	for (size_t i = 0; i < owners->count; i++) {
		free(owners->items[i].path);
		free(owners->items[i].package);
	}
	free(owners->items);
	*owners = (struct size_owners){ 0 };
}

/* At most `count` of the folders in front of the file, behind `prefix`. */
static char *first_folders(const char *prefix, char *const *words, size_t count)
{
	char *folder = xstrdup(prefix);
	size_t folders = strv_len(words) - 1;

	for (size_t i = 0; i < count && i < folders; i++) {
		char *longer = xasprintf("%s/%s", folder, words[i]);

		free(folder);
		folder = longer;
	}
	return folder;
}

char *size_folder(const char *path)
{
	static const char modules[] = "/usr/lib/modules/*/kernel";
	autostrv char **words = strv_split(path, "/", false);
	size_t count = strv_len(words);

	if (count < 2)
		return xstrdup("/");
	if (count > 5 && str_after(path, "/usr/lib/modules/") && streq(words[4], "kernel"))
		return first_folders(modules, words + 5, 2);
	return first_folders("", words, streq(words[0], "usr") ? 3 : 1);
}
