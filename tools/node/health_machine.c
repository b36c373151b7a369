// SPDX-License-Identifier: MIT
/* Checks of the machine and its system: units, memory, a crash, KVM; see health.h. */
#include <inttypes.h>
#include <sys/statvfs.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/failed_units.h"
#include "node/health.h"
#include "node/meminfo.h"

/* Below either, libvirt's own work (a guest's start, a pool's listing) may fail. */
#define AVAILABLE_MIN_MIB 64
#define AVAILABLE_MIN_PERCENT 3
#define ROOM_MIN_PERCENT 10

void health_look_units(const struct health_inputs *inputs, struct health_result *result)
{
	autoproblems struct problems problems = { 0 };
	autostrv char **units = NULL;
	autofree char *why = NULL;

	if (failed_units_read(inputs->root, &units, &problems) < 0) {
		why = problems_text(&problems);
		return health_reason(result, HEALTH_DEGRADED, "%s", why);
	}
	for (size_t i = 0; units && units[i]; i++)
		health_reason(result, HEALTH_DEGRADED, "%s has failed", units[i]);
}

/* ---- Memory -------------------------------------------------------------------------------------------- */

/* How many processes the kernel has ended for want of memory since the boot, proc_vmstat(5). */
static long long ended_for_memory(const char *root)
{
	autofree char *path = path_in_root(root, "/proc/vmstat"), *text = NULL;
	const char *line;
	long long count;

	if (file_read_optional(path, 64 * 1024, &text, NULL, NULL) < 0 || !text)
		return 0;
	line = strstr(text, "\noom_kill ");
	return line && sscanf(line, "\noom_kill %18lld", &count) == 1 ? count : 0;
}

/* The root and /run are in RAM and have a bound of their own. */
static void look_at_room(const char *root, const char *folder, struct health_result *result)
{
	struct statvfs fs;

	if (!streq(root, "/") || statvfs(folder, &fs) < 0 || fs.f_blocks == 0)
		return;
	if (fs.f_bavail * 100 / fs.f_blocks < ROOM_MIN_PERCENT)
		health_reason(result, HEALTH_DEGRADED, "%s, which is in RAM, is full to %" PRIu64 " %%", folder,
			      (uint64_t)(100 - fs.f_bavail * 100 / fs.f_blocks));
}

void health_look_memory(const struct health_inputs *inputs, struct health_result *result)
{
	autoproblems struct problems problems = { 0 };
	uint64_t total_kib, available_kib;
	autofree char *why = NULL;
	long long ended = ended_for_memory(inputs->root);

	if (meminfo_kib(inputs->root, "MemTotal", &total_kib, &problems) < 0 ||
	    meminfo_kib(inputs->root, "MemAvailable", &available_kib, &problems) < 0) {
		why = problems_text(&problems);
		return health_reason(result, HEALTH_DEGRADED, "%s", why);
	}
	result->note = xasprintf("%" PRIu64 " of %" PRIu64 " MiB available", available_kib / 1024,
				 total_kib / 1024);
	if (available_kib / 1024 < AVAILABLE_MIN_MIB || available_kib * 100 / total_kib < AVAILABLE_MIN_PERCENT)
		health_reason(result, HEALTH_DEGRADED, "only %s", result->note);
	if (ended > 0)
		health_reason(result, HEALTH_DEGRADED, "the kernel has ended %lld processes for want of memory",
			      ended);
	look_at_room(inputs->root, "/", result);
	look_at_room(inputs->root, "/run", result);
}

/* ---- Crash --------------------------------------------------------------------------------------------- */

/* The host is well again; a trace that cannot be read is worth a look. */
void health_look_crash(const struct health_inputs *inputs, struct health_result *result)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *facts = json_object();
	autofree char *why = NULL;
	const json_t *crash;
	const char *summary;

	if (facts_crash.collect(inputs->root, facts, &problems) < 0) {
		why = problems_text(&problems);
		return health_reason(result, HEALTH_DEGRADED, "%s", why);
	}
	crash = json_object_get(facts, "crash");
	summary = json_string_value(json_object_get(crash, "summary"));
	if (json_is_object(crash))
		result->note = xasprintf("before this boot: %s", summary ? summary : "a trace without a cause");
}

/* ---- KVM ----------------------------------------------------------------------------------------------- */

void health_look_kvm(const struct health_inputs *inputs, struct health_result *result)
{
	const char *reason = facts_no_kvm(inputs->root);

	if (reason)
		health_reason(result, HEALTH_FAILED, "%s", reason);
}
