// SPDX-License-Identifier: MIT
/* The journal's last word about a unit; see storage_journal.h. */
#include <systemd/sd-journal.h>
#include <time.h>

#include "common/clock.h"
#include "common/str.h"
#include "node/storage_journal.h"

#define WAIT_MS 1000
#define MESSAGE_MAX 300

int64_t journal_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static char *current_message(sd_journal *journal)
{
	const void *data;
	size_t len;
	const char *text;

	if (sd_journal_get_data(journal, "MESSAGE", &data, &len) < 0 || len < 8)
		return NULL;
	text = (const char *)data + strlen("MESSAGE=");
	len -= strlen("MESSAGE=");
	return xstrndup(text, len > MESSAGE_MAX ? MESSAGE_MAX : len);
}

static char *last_message(sd_journal *journal, int64_t since_us)
{
	uint64_t when_us;

	if (sd_journal_seek_tail(journal) < 0 || sd_journal_previous(journal) <= 0)
		return NULL;
	if (sd_journal_get_realtime_usec(journal, &when_us) < 0 || (int64_t)when_us < since_us)
		return NULL;
	return current_message(journal);
}

char *journal_unit_message(const char *unit, int64_t since_us)
{
	autofree char *match = xasprintf("_SYSTEMD_UNIT=%s", unit);
	int64_t deadline_ms = now_ms() + WAIT_MS;
	sd_journal *journal = NULL;
	char *message = NULL;

	if (sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY) < 0)
		return NULL;
	if (sd_journal_add_match(journal, match, 0) >= 0) {
		while (!(message = last_message(journal, since_us)) && until_ms(deadline_ms) > 0)
			if (sd_journal_wait(journal, (uint64_t)until_ms(deadline_ms) * 1000) < 0)
				break;
	}
	sd_journal_close(journal);
	return message;
}
