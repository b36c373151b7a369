// SPDX-License-Identifier: MIT
/* Printing reports; see report_print.h. */
#include "common/cli.h"
#include "node/report_print.h"

bool report_differs(const json_t *report)
{
	return json_is_true(json_object_get(report, "differs"));
}

int report_print(const json_t *report, bool is_json, void (*print)(const json_t *report, FILE *out))
{
	if (is_json)
		json_print(report, stdout);
	else
		print(report, stdout);
	return report_differs(report) ? EXIT_DIFFERS : EXIT_DONE;
}
