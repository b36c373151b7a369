// SPDX-License-Identifier: MIT
/* roost health: a check of everything. The exit code tells the worst of it: 0, 111 or 100. */
#include "node/commands.h"
#include "node/health.h"
#include "node/report_options.h"

int cmd_health(int argc, char **argv)
{
	static const int codes[] = {
		[HEALTH_OK] = EXIT_DONE, [HEALTH_DEGRADED] = EXIT_TEMPORARY, [HEALTH_FAILED] = EXIT_PERMANENT,
	};
	static const char doc[] = "Checks everything that this host needs for its work, and tells what to do.";
	static const char notes[] =
		"The exit status is 0 when all is well, 111 when something is degraded (less than was asked "
		"for, or on its way), and 100 when something has failed. Only root may ask everything.";
	struct report_options options = report_options_parse(argc, argv, doc, notes);
	autojson json_t *health = health_read(options.root);

	if (options.is_json)
		json_print(health, stdout);
	else
		health_print(health, stdout);
	return codes[health_state_of(health)];
}
