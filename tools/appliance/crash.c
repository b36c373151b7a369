// SPDX-License-Identifier: MIT
/* A host's last crash; see crash.h. */
#include "appliance/crash.h"

/* The same trace again: a host tells of it until its next boot. */
static bool is_same(const json_t *told, const json_t *known)
{
	return json_equal(json_object_get(told, "summary"), json_object_get(known, "summary")) &&
	       json_equal(json_object_get(told, "lines"), json_object_get(known, "lines"));
}

void crash_keep(const json_t *facts, char **stored, int64_t now)
{
	autojson json_t *before = *stored ? json_loads(*stored, 0, NULL) : NULL;
	autojson json_t *kept = json_copy((json_t *)facts);
	json_t *known = json_object_get(before, "crash"), *told = json_object_get(kept, "crash"), *dated;

	if (json_is_object(told) && !(json_is_object(known) && is_same(told, known))) {
		dated = json_copy(told);
		json_object_set_new(dated, "told_at", json_integer(now));
		json_object_set_new(kept, "crash", dated);
	} else if (json_is_object(known)) {
		json_object_set(kept, "crash", known);
	}
	free(*stored);
	*stored = json_line(kept);
}
