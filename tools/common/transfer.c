// SPDX-License-Identifier: MIT
/* The rate of a transfer; see transfer.h. */
#include "common/transfer.h"

/* Long enough that one slow block is no news, short enough that a stick that slows down shows. */
#define SAMPLE_MS 1000

static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB", "EB" };

/* The unit in which a number is told, and how many bytes it has. */
static size_t unit_of(uint64_t bytes, double *ret_size)
{
	size_t unit = 0;

	*ret_size = 1;
	/* 999.95 kB would read as 1000.0 kB */
	for (; unit + 1 < ARRAY_SIZE(units) && (double)bytes / *ret_size >= 999.95; unit++)
		*ret_size *= 1000;
	return unit;
}

char *size_text(uint64_t bytes)
{
	double size;
	size_t unit = unit_of(bytes, &size);

	return xasprintf("%.*f %s", unit ? 1 : 0, (double)bytes / size, units[unit]);
}

unsigned transfer_tenths(uint64_t total_bytes, uint64_t done_bytes)
{
	return total_bytes ? (unsigned)((double)done_bytes * 10 / (double)total_bytes) : 0;
}

void transfer_begin(struct transfer *transfer, uint64_t total_bytes, int64_t now)
{
	transfer_continue(transfer, total_bytes, 0, now);
}

void transfer_continue(struct transfer *transfer, uint64_t total_bytes, uint64_t done_bytes, int64_t now)
{
	*transfer = (struct transfer){
		.total_bytes = total_bytes, .done_bytes = done_bytes,
		.sample_bytes = done_bytes, .sample_ms = now, .told_ms = now,
		.told_tenths = transfer_tenths(total_bytes, done_bytes),
	};
}

void transfer_update(struct transfer *transfer, uint64_t done_bytes, int64_t now)
{
	int64_t passed_ms = now - transfer->sample_ms;
	uint64_t rate;

	transfer->done_bytes = done_bytes;
	if (passed_ms < SAMPLE_MS || done_bytes < transfer->sample_bytes)
		return;
	rate = (done_bytes - transfer->sample_bytes) * 1000 / (uint64_t)passed_ms;
	transfer->rate = transfer->rate ? (transfer->rate * 2 + rate) / 3 : rate;
	transfer->sample_bytes = done_bytes;
	transfer->sample_ms = now;
}

static void print_left(FILE *out, uint64_t bytes, uint64_t rate)
{
	uint64_t seconds = (bytes + rate - 1) / rate;

	if (seconds < 120)
		fprintf(out, ", %llu s left", (unsigned long long)seconds);
	else
		fprintf(out, ", %llu min left", (unsigned long long)(seconds + 59) / 60);
}

char *transfer_text(const struct transfer *transfer)
{
	uint64_t total = transfer->total_bytes, done = transfer->done_bytes;
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	if (total) {
		double size;
		const char *unit = units[unit_of(total, &size)];

		fprintf(out, "%u %%, %.1f of %.1f %s", (unsigned)((double)done * 100 / (double)total),
			(double)done / size, (double)total / size, unit);
	} else {
		autofree char *so_far = size_text(done);

		fputs(so_far, out);
	}
	if (transfer->rate) {
		autofree char *rate = size_text(transfer->rate);

		fprintf(out, ", %s/s", rate);
		if (total > done)
			print_left(out, total - done, transfer->rate);
	}
	fclose(out);
	return text;
}
