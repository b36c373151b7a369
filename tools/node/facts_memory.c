// SPDX-License-Identifier: MIT
/*
 * "memory_mib": the memory that the kernel has to give away (MemTotal of proc_meminfo(5)), which is
 * what guests can use; a little less than what is plugged in.
 */
#include "common/file.h"
#include "node/facts.h"

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/proc/meminfo");
	autofree char *data = NULL;
	unsigned long long kib = 0;
	const char *line;

	json_object_set_new(facts, "memory_mib", json_integer(0));
	if (file_read(path, 64 * 1024, &data, NULL, problems) < 0)
		return -1;
	line = strstr(data, "MemTotal:");
	if (!line || sscanf(line, "MemTotal: %15llu kB", &kib) != 1)
		return problem(problems, "%s: no line \"MemTotal: NUMBER kB\"", path);
	return json_object_set_new(facts, "memory_mib", json_integer((json_int_t)(kib / 1024)));
}

const struct fact_kind facts_memory = { "memory", collect };
