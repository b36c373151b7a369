// SPDX-License-Identifier: MIT
/*
 * "cpu": model, vendor and flags of the first processor in /proc/cpuinfo; how many there are from
 * sysfs (Documentation/admin-guide/cputopology.rst): a thread is a folder cpuN with a topology, a core
 * a (package, die, core) that occurs, a socket a package that occurs. "guests" is what guests may have
 * (cpu_model.h), from when libvirt has said so; null before.
 */
#include <ctype.h>

#include "common/file.h"
#include "node/cpu_model.h"
#include "node/facts.h"

#define CPUINFO_MAX (8 * 1024 * 1024) /* 2048 threads with every flag there is */
#define THREADS_MAX 8192

/* The value of a "key : value" line in the first paragraph; owned by the caller. NULL: none. */
static char *cpuinfo_value(const char *cpuinfo, const char *key)
{
	const char *end = strstr(cpuinfo, "\n\n");
	autofree char *first = end ? xstrndup(cpuinfo, (size_t)(end - cpuinfo)) : xstrdup(cpuinfo);
	autostrv char **lines = strv_split(first, "\n", false);

	for (size_t i = 0; lines && lines[i]; i++) {
		char *colon = strchr(lines[i], ':');

		if (!colon)
			continue;
		*colon = '\0';
		if (streq(str_trim(lines[i]), key))
			return xstrdup(str_trim(colon + 1));
	}
	return NULL;
}

static json_t *flags_json(const char *text)
{
	autostrv char **flags = text ? strv_split(text, " ", false) : NULL;
	json_t *list = json_array();

	for (size_t i = 0; flags && flags[i] && i < FACT_FLAGS_MAX; i++)
		json_array_append_new(list, fact_string(flags[i]));
	return list;
}

/* True for "cpu12" or "node3": the prefix and then only digits. */
static bool is_numbered(const char *name, const char *prefix)
{
	const char *digits = str_after(name, prefix);

	if (!digits || !*digits)
		return false;
	while (isdigit((unsigned char)*digits))
		digits++;
	return *digits == '\0';
}

static long long topology(const char *root, const char *cpu, const char *file)
{
	autofree char *path = xasprintf("/sys/devices/system/cpu/%s/topology/%s", cpu, file);

	return fact_number(root, path, 0, 1 << 24, -1);
}

struct counts {
	size_t sockets, cores, threads;
};

static size_t count_different(char **sorted)
{
	size_t count = 0;

	for (size_t i = 0; sorted && sorted[i]; i++)
		if (i == 0 || !streq(sorted[i], sorted[i - 1]))
			count++;
	return count;
}

static struct counts count_topology(const char *root)
{
	autostrv char **names = fact_names(root, "/sys/devices/system/cpu");
	autostrv char **packages = NULL, **cores = NULL;
	struct counts counts = { 0 };

	for (size_t i = 0; names && names[i] && counts.threads < THREADS_MAX; i++) {
		long long package, die, core;

		if (!is_numbered(names[i], "cpu"))
			continue;
		package = topology(root, names[i], "physical_package_id");
		core = topology(root, names[i], "core_id");
		die = topology(root, names[i], "die_id");
		if (core < 0)
			continue; /* switched off: it has no topology */
		counts.threads++;
		strv_pushf(&packages, "%lld", package);
		strv_pushf(&cores, "%lld/%lld/%lld", package, die, core);
	}
	strv_sort(packages);
	strv_sort(cores);
	counts.sockets = count_different(packages);
	counts.cores = count_different(cores);
	return counts;
}

static size_t count_numa_nodes(const char *root)
{
	autostrv char **names = fact_names(root, "/sys/devices/system/node");
	size_t count = 0;

	for (size_t i = 0; names && names[i]; i++)
		count += is_numbered(names[i], "node");
	return count ? count : 1; /* a kernel without NUMA has one */
}

static json_t *guests_json(const char *root)
{
	json_t *report = json_read_report(root, CPU_MODEL_JSON, CPU_MODEL_JSON_MAX);

	return report ? report : json_null();
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/proc/cpuinfo");
	autofree char *cpuinfo = NULL, *model = NULL, *vendor = NULL, *flags = NULL;
	struct counts counts = count_topology(root);
	json_t *cpu = json_object();
	int result = file_read(path, CPUINFO_MAX, &cpuinfo, NULL, problems);

	if (result == 0) {
		model = cpuinfo_value(cpuinfo, "model name");
		vendor = cpuinfo_value(cpuinfo, "vendor_id");
		flags = cpuinfo_value(cpuinfo, "flags");
	}
	json_object_set_new(cpu, "model", fact_string(model));
	json_object_set_new(cpu, "vendor", fact_string(vendor));
	json_object_set_new(cpu, "flags", flags_json(flags));
	json_object_set_new(cpu, "sockets", json_integer((json_int_t)counts.sockets));
	json_object_set_new(cpu, "cores", json_integer((json_int_t)counts.cores));
	json_object_set_new(cpu, "threads", json_integer((json_int_t)counts.threads));
	json_object_set_new(cpu, "numa_nodes", json_integer((json_int_t)count_numa_nodes(root)));
	json_object_set_new(cpu, "guests", guests_json(root));
	json_object_set_new(facts, "cpu", cpu);
	return result;
}

const struct fact_kind facts_cpu = { "cpu", collect };
