// SPDX-License-Identifier: MIT
/*
 * What the configuration turns on beside the host's own work (`services --enabled=NAME`): each listens, so
 * none of it runs unless it is asked for, and not before what it shows to others is there; nor any longer.
 *
 *	/run/roost/services.json  {"state": "ok" | "waiting" | "degraded" | "none", "reason", "configuration",
 *	                           "items": [{"name", "state": "on" | "waiting" | "incomplete" | "failed" | "unknown", "reason"}]}
 */
#ifndef NODE_SERVICES_H
#define NODE_SERVICES_H

#include "common/problems.h"

#define SERVICES_JSON "/run/roost/services.json"

struct services_apply {
	const char *root;
	bool is_dry_run;        /* say what would be done */
};

/* An exit code of common/cli.h: EXIT_TEMPORARY while something waits for what the appliance has. */
int services_apply(const struct services_apply *apply, struct problems *problems);

#endif
