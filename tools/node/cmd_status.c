// SPDX-License-Identifier: MIT
/* roost status: prints how this host is. Exit code 0 when it is ready, 111 when it is not (yet). */
#include "node/commands.h"
#include "node/report_options.h"
#include "node/report_print.h"
#include "node/status.h"

int cmd_status(int argc, char **argv)
{
	static const char doc[] =
		"Prints how far this host is and what it lacks.";
	static const char notes[] = "The exit status is 0 when the host is ready and 111 when it is not.";
	struct report_options options = report_options_parse(argc, argv, doc, notes);
	autojson json_t *status = NULL;

	status = status_read(options.root);
	report_print(status, options.is_json, status_print);
	return streq(status_word(status), "ready") ? EXIT_DONE : EXIT_TEMPORARY;
}
