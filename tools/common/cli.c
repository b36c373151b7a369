// SPDX-License-Identifier: MIT
/* Exit codes, version and log lines; see cli.h. */
#include "common/cli.h"
#include "common/version.h"

static const char *program_name = "roost";
static bool under_journal;

void cli_start(const char *program)
{
	program_name = program;
	/* Set by the service manager when standard error goes to the journal, systemd.exec(5). */
	under_journal = getenv("JOURNAL_STREAM") != NULL;
	argp_program_version = xasprintf("%s %s", program, ROOST_VERSION);
	argp_err_exit_status = EXIT_PERMANENT;
}

static void log_line(int priority, const char *fmt, va_list ap) printf_like(2, 0);
static void log_line(int priority, const char *fmt, va_list ap)
{
	autofree char *text = xvasprintf(fmt, ap);

	if (under_journal)
		fprintf(stderr, "<%d>%s\n", priority, text);
	else
		fprintf(stderr, "%s: %s\n", program_name, text);
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(3, fmt, ap);
	va_end(ap);
}

void log_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(4, fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(6, fmt, ap);
	va_end(ap);
}

int cli_fail(const struct problems *list, int code)
{
	for (size_t i = 0; list->items && list->items[i]; i++)
		log_error("%s", list->items[i]);
	if (list->dropped)
		log_error("... and %zu more", list->dropped);
	return code;
}
