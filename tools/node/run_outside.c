// SPDX-License-Identifier: MIT
/* A transient unit by systemd-run(1); see run_outside.h. */
#include "node/run_outside.h"

#define STOP_S 5
#define OUTPUT_MAX (256 * 1024)

int run_outside(const char *const *properties, const char *const *argv, int limit_s,
		struct process_result *ret, struct problems *problems)
{
	autofree char *limit = xasprintf("--property=RuntimeMaxSec=%d", limit_s);
	autofree char *stop = xasprintf("--property=TimeoutStopSec=%d", STOP_S);
	autostrv char **all = NULL;

	for (const char *const *word = (const char *[]){ "systemd-run", "--quiet", "--wait", "--pipe",
							 "--collect", stop, limit, NULL };
	     *word; word++)
		strv_push(&all, *word);
	for (; properties && *properties; properties++)
		strv_pushf(&all, "--property=%s", *properties);
	strv_push(&all, "--");
	for (; *argv; argv++)
		strv_push(&all, *argv);
	return process_run(&(struct process){ .argv = (const char *const *)all,
					      .timeout_ms = (limit_s + STOP_S + 5) * 1000,
					      .output_max = OUTPUT_MAX },
			   ret, problems);
}
