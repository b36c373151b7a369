// SPDX-License-Identifier: MIT
/* systemd's units through systemctl(1); see storage_unit.h. */
#include "common/process.h"
#include "node/storage_unit.h"

int unit_stop(const char *unit, int timeout_ms, struct problems *problems)
{
	const char *argv[] = { "systemctl", "stop", unit, NULL };

	return process_run(&(struct process){ .argv = argv, .timeout_ms = timeout_ms }, NULL, problems);
}
