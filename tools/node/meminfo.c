// SPDX-License-Identifier: MIT
/* Reading /proc/meminfo; see meminfo.h. */
#include "common/file.h"
#include "node/meminfo.h"

int meminfo_kib(const char *root, const char *field, uint64_t *ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/proc/meminfo");
	autofree char *data = NULL;
	autostrv char **lines = NULL;
	unsigned long long kib;

	if (file_read(path, 64 * 1024, &data, NULL, problems) < 0)
		return -1;
	lines = strv_split(data, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		const char *value = str_after(lines[i], field);

		if (value && sscanf(value, ": %15llu kB", &kib) == 1) {
			*ret = kib;
			return 0;
		}
	}
	return problem(problems, "%s: no line \"%s: NUMBER kB\"", path, field);
}
