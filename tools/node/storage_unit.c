// SPDX-License-Identifier: MIT
/* systemd's units through systemctl(1); see storage_unit.h. */
#include "common/process.h"
#include "node/storage_unit.h"

#define BEGIN_MS 10000

int unit_stop_begin(const char *unit, struct problems *problems)
{
	const char *argv[] = { "systemctl", "stop", "--no-block", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = BEGIN_MS }, NULL, problems);
}

int unit_stop(const char *unit, int timeout_ms, struct problems *problems)
{
	const char *argv[] = { "systemctl", "stop", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = timeout_ms }, NULL, problems);
}
