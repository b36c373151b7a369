// SPDX-License-Identifier: MIT
/* Syslog messages; see log_entry.h. */
#include <inttypes.h>
#include <time.h>

#include "node/log_entry.h"

#define PRIORITY_INFO 6
#define FACILITY_DAEMON 3
/* RFC 5424 6: the longest of each. */
#define HOST_MAX 255
#define NAME_MAX_LEN 48
#define PID_MAX_LEN 128

static void put_time(FILE *out, uint64_t realtime_us)
{
	time_t seconds = (time_t)(realtime_us / 1000000);
	char text[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%FT%T", &tm);
	fprintf(out, " %s.%06" PRIu64 "Z", text, realtime_us % 1000000);
}

/* A field of the header: printable ASCII without spaces, or "-". */
static void put_field(FILE *out, const char *text, size_t max)
{
	putc(' ', out);
	if (!text || !*text)
		putc('-', out);
	for (size_t i = 0; text && text[i] && i < max; i++)
		putc(text[i] > ' ' && text[i] < 0x7f ? text[i] : '?', out);
}

/* Control characters as #012, as receivers write them: nobody forges a line of another program. */
static void put_message(FILE *out, const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == '\n')
		len--;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			fprintf(out, "#%03o", c);
		else
			putc(c, out);
	}
}

/* Not within a character of UTF-8. */
static size_t cut(const char *text, size_t len)
{
	if (len <= LOG_MESSAGE_MAX)
		return len;
	len = LOG_MESSAGE_MAX;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

char *log_entry_frame(const struct log_entry *entry, size_t *ret_len)
{
	int priority = entry->priority >= 0 && entry->priority <= 7 ? entry->priority : PRIORITY_INFO;
	int facility = entry->facility >= 0 && entry->facility <= 23 ? entry->facility : FACILITY_DAEMON;
	autofree char *message = NULL;
	char *frame;
	size_t len;
	FILE *out = xopen_memstream(&message, &len);

	fprintf(out, "<%d>1", facility * 8 + priority);
	put_time(out, entry->realtime_us);
	put_field(out, entry->host, HOST_MAX);
	put_field(out, entry->name, NAME_MAX_LEN);
	put_field(out, entry->pid, PID_MAX_LEN);
	fputs(" - - ", out);
	if (entry->message)
		put_message(out, entry->message, entry->message_len);
	fclose(out);
	len = cut(message, len);
	out = xopen_memstream(&frame, ret_len);
	fprintf(out, "%zu ", len);
	fwrite(message, 1, len, out);
	fclose(out);
	return frame;
}

void log_entry_done(struct log_entry *entry)
{
	free(entry->host);
	free(entry->name);
	free(entry->pid);
	free(entry->message);
	*entry = (struct log_entry){ 0 };
}
