// SPDX-License-Identifier: MIT
/* dpkg's lists, and folders. */
#include "common/file.h"
#include "image/dpkg_status.h"
#include "image/size_names.h"
#include "image/tree.h"

/* The path in the image. Some lists still name /lib, which is a link to /usr/lib. */
static char *path_in_image(const char *path)
{
	static const char *const links[] = { "/bin/", "/sbin/", "/lib/", "/lib64/" };
	const char *usr = "";
	char *ret;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (str_after(path, links[i]))
			usr = "/usr";
	ret = xasprintf("%s%s", usr, path);
	tree_plain_module(ret);
	return ret;
}

static int add_package(const char *root, const char *package, struct size_owners *owners,
		       struct problems *problems)
{
	autostrv char **lines = NULL;
	size_t count;

	if (dpkg_files(root, package, &lines, problems) < 0)
		return -1;
	count = strv_len(lines);
	owners->items = xreallocarray(owners->items, owners->count + count + 1, sizeof(*owners->items));
	for (size_t i = 0; i < count; i++)
		owners->items[owners->count++] = (struct size_owner){
			.path = path_in_image(lines[i]), .package = xstrdup(package),
		};
	return 0;
}

static int compare_owners(const void *a, const void *b)
{
	return strcmp(((const struct size_owner *)a)->path, ((const struct size_owner *)b)->path);
}

int size_owners_read(const char *root, struct size_owners *ret, struct problems *problems)
{
	struct size_owners owners = { 0 };
	struct dpkg_status status;
	int r = 0;

	if (dpkg_status_read(root, &status, problems) < 0)
		return problem(problems, "%s: is the image built? (roost-image build)", root);
	for (size_t i = 0; r == 0 && i < status.count; i++)
		r = add_package(root, status.packages[i].name, &owners, problems);
	dpkg_status_done(&status);
	if (r < 0) {
		size_owners_done(&owners);
		return -1;
	}
	if (owners.count)
		qsort(owners.items, owners.count, sizeof(*owners.items), compare_owners);
	*ret = owners;
	return 0;
}

const char *size_owner(const struct size_owners *owners, const char *path)
{
	const struct size_owner key = { .path = (char *)path };
	const struct size_owner *found = owners->count ?
		bsearch(&key, owners->items, owners->count, sizeof(key), compare_owners) : NULL;

	return found ? found->package : NULL;
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
