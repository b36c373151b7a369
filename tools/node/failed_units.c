// SPDX-License-Identifier: MIT
/* Failed units; see failed_units.h. */
#include "common/file.h"
#include "node/bus.h"
#include "node/failed_units.h"

static int read_stand_in(const char *root, char ***ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/failed-units"), *text = NULL;

	if (file_read_optional(path, 64 * 1024, &text, NULL, problems) < 0)
		return -1;
	*ret = text ? strv_split(text, "\n", false) : NULL;
	return 0;
}

int failed_units_read(const char *root, char ***ret, struct problems *problems)
{
	if (!streq(root, "/"))
		return read_stand_in(root, ret, problems);
	if (bus_failed_units(ret, problems) < 0)
		return -1;
	strv_sort(*ret);
	return 0;
}
