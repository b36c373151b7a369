// SPDX-License-Identifier: MIT
/*
 * A discovery's answer as bytes of a hostile target: what is accepted becomes file names and arguments,
 * within bounds.
 */
#include "node/iscsi_discovered.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* No folder, no option, no second line, no space. */
static void require_plain(const char *text)
{
	if (*text == '\0' || *text == '-' || *text == '.')
		abort();
	for (; *text; text++)
		if (*text == '/' || *text == ',' || (unsigned char)*text <= ' ' || (unsigned char)*text >= 127)
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	autoproblems struct problems problems = { 0 };
	autodiscovered struct discovered found = { 0 };

	if (discovered_read(text, &found, &problems) < 0) {
		if (problems_count(&problems) == 0 || found.items)
			abort();
		return 0;
	}
	if (found.count > DISCOVERED_TARGETS_MAX)
		abort();
	for (size_t i = 0; i < found.count; i++) {
		const struct discovered_target *target = &found.items[i];

		require_plain(target->name);
		if (target->count == 0 || target->count > DISCOVERED_PORTALS_MAX)
			abort();
		for (size_t j = 0; j < target->count; j++) {
			require_plain(target->portals[j].address);
			if (target->portals[j].port < 1 || target->portals[j].port > 65535)
				abort();
		}
	}
	return 0;
}
