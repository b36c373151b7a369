// SPDX-License-Identifier: MIT
/* Progress of long work on standard error; see progress.h. */
#include <sys/ioctl.h>

#include "common/clock.h"
#include "common/progress.h"

#define TERMINAL_EVERY_MS 200
#define LOG_EVERY_MS 10000 /* of a transfer that is slow, or whose size nobody knows */

struct progress {
	bool is_terminal;
	int64_t start_ms;
	int64_t stage_start_ms;
	char *stage;
};

struct progress *progress_new(void)
{
	struct progress *progress = xcalloc(1, sizeof(*progress));

	progress->is_terminal = isatty(STDERR_FILENO);
	progress->start_ms = now_ms();
	return progress;
}

/* The one that is rewritten, which may be another process's. */
static void clear_line(const struct progress *progress)
{
	if (progress->is_terminal)
		fputs("\r\033[K", stderr);
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	clear_line(progress);
	free(progress->stage);
	free(progress);
}

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

static void show(const struct progress *progress, bool stays, const char *text)
{
	autofree char *line = xasprintf("[%6.1fs] %s%s%s",
					(double)(now_ms() - progress->start_ms) / 1000,
					progress->stage ? progress->stage : "",
					progress->stage ? ": " : "", text);

	clear_line(progress);
	if (!progress->is_terminal || stays) {
		fprintf(stderr, "%s\n", line);
		return;
	}
	fprintf(stderr, "%.*s", (int)terminal_width() - 1, line);
	fflush(stderr);
}

void progress_begin(struct progress *progress, const char *stage)
{
	free(progress->stage);
	progress->stage = stage ? xstrdup(stage) : NULL;
	progress->stage_start_ms = now_ms();
}

void progress_step(struct progress *progress, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	show(progress, false, text);
}

static bool is_due(const struct progress *progress, const struct transfer *transfer, unsigned tenths,
		   int64_t now)
{
	if (!progress->is_terminal)
		return tenths > transfer->told_tenths || now - transfer->told_ms >= LOG_EVERY_MS;
	return now - transfer->told_ms >= TERMINAL_EVERY_MS;
}

void progress_transfer(struct progress *progress, struct transfer *transfer, uint64_t done_bytes)
{
	int64_t now = now_ms();
	unsigned tenths = transfer_tenths(transfer->total_bytes, done_bytes);

	transfer_update(transfer, done_bytes, now);
	if (!is_due(progress, transfer, tenths, now))
		return;
	transfer->told_ms = now;
	transfer->told_tenths = tenths;
	autofree char *text = transfer_text(transfer);
	show(progress, false, text);
}

void progress_end(struct progress *progress)
{
	autofree char *text = xasprintf("done in %.1f s",
					(double)(now_ms() - progress->stage_start_ms) / 1000);

	show(progress, true, text);
	free(progress->stage);
	progress->stage = NULL;
}

void progress_say(struct progress *progress, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	show(progress, true, text);
}
