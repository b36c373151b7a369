// SPDX-License-Identifier: MIT
/*
 * "memory_mib": the memory that the kernel has to give away (MemTotal of proc_meminfo(5)), which is
 * what guests can use; a little less than what is plugged in.
 */
#include "node/facts.h"
#include "node/meminfo.h"

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	uint64_t kib;

	json_object_set_new(facts, "memory_mib", json_integer(0));
	if (meminfo_kib(root, "MemTotal", &kib, problems) < 0)
		return -1;
	return json_object_set_new(facts, "memory_mib", json_integer((json_int_t)(kib / 1024)));
}

const struct fact_kind facts_memory = { "memory", collect };
