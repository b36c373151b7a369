// SPDX-License-Identifier: MIT
/* Comparing a guest's disks with a pool's volumes; see storage_in_use.h. */
#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/libvirt_xml.h"
#include "node/storage_in_use.h"

static bool is_same(const char *a, const char *b)
{
	autofree char *real_a = NULL, *real_b = NULL;

	if (streq(a, b))
		return true;
	if (!str_after(a, "/dev/") || !str_after(b, "/dev/"))
		return false;
	real_a = realpath(a, NULL);
	real_b = realpath(b, NULL);
	return real_a && real_b && streq(real_a, real_b);
}

static bool is_below(const char *path, const char *folder)
{
	const char *rest = folder ? str_after(path, folder) : NULL;

	return rest && *rest == '/';
}

static bool is_of_pool(const char *path, const struct pool_volumes *volumes)
{
	if (is_below(path, volumes->folder))
		return true;
	for (size_t i = 0; volumes->paths && volumes->paths[i]; i++)
		if (is_same(path, volumes->paths[i]))
			return true;
	return false;
}

bool guest_uses_pool(const char *guest_xml, const struct pool_volumes *volumes)
{
	static const char *const places[] = { "file", "dev", "dir" };

	for (const char *tag = guest_xml; (tag = strstr(tag, "<source ")); tag++) {
		autofree char *pool = xml_attribute(tag, "pool");

		if (pool && streq(pool, volumes->pool))
			return true;
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			autofree char *path = xml_attribute(tag, places[i]);

			if (path && is_of_pool(path, volumes))
				return true;
		}
	}
	return false;
}

/* "guests-web" of device mapper, or the kernel's own name. */
static char *holder_name(const char *root, const char *holder)
{
	autofree char *relative = xasprintf("/sys/class/block/%s/dm/name", holder);
	autofree char *path = path_in_root(root, relative);
	char *name = file_read_line(path);

	return name ? name : xstrdup(holder);
}

int check_no_holders(const char *root, char *const *paths, struct problems *problems)
{
	for (size_t i = 0; paths && paths[i]; i++) {
		autofree char *device = str_after(paths[i], "/dev/") ? realpath(paths[i], NULL) : NULL;
		autofree char *folder = NULL, *name = NULL;
		autostrv char **holders = NULL;

		if (!device && !str_after(paths[i], "/dev/"))
			continue;
		folder = xasprintf("/sys/class/block/%s/holders",
				   strrchr(device ? device : paths[i], '/') + 1);
		holders = fact_names(root, folder);
		if (!holders)
			continue;
		name = holder_name(root, holders[0]);
		return problem(problems, "in use by this host: %s stands on %s", name, paths[i]);
	}
	return 0;
}
