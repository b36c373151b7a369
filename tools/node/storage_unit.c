// SPDX-License-Identifier: MIT
/* systemd's units through systemctl(1); see storage_unit.h. */
#include "common/process.h"
#include "node/storage_unit.h"

#define ASK_MS 10000

bool unit_is_active(const char *unit)
{
	const char *argv[] = { "systemctl", "is-active", "--quiet", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = ASK_MS }, NULL, NULL) == 0;
}

int unit_stop(const char *unit, int timeout_ms, struct problems *problems)
{
	const char *argv[] = { "systemctl", "stop", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = timeout_ms }, NULL, problems);
}
