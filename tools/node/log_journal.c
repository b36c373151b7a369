// SPDX-License-Identifier: MIT
/* The journal through sd-journal(3); see log_journal.h. */
#include <errno.h>
#include <systemd/sd-journal.h>

#include "common/file.h"
#include "node/log_journal.h"

#define FOLDER "/run/log/journal"
#define FIELD_MAX (64 * 1024)

struct log_journal {
	sd_journal *reader;
	bool is_at_entry;      /* a seek has found the entry behind its cursor already */
};

struct log_journal *log_journal_open(const char *root, struct problems *problems)
{
	autofree char *folder = path_in_root(root, FOLDER);
	struct log_journal *journal = xcalloc(1, sizeof(*journal));
	int r = sd_journal_open_directory(&journal->reader, folder, 0);

	if (r >= 0 && sd_journal_get_fd(journal->reader) >= 0) {
		(void)sd_journal_set_data_threshold(journal->reader, FIELD_MAX);
		return journal;
	}
	problem_errno(problems, -r, "the journal, %s", folder);
	log_journal_close(journal);
	return NULL;
}

void log_journal_close(struct log_journal *journal)
{
	if (!journal)
		return;
	sd_journal_close(journal->reader);
	free(journal);
}

int log_journal_fd(const struct log_journal *journal)
{
	return sd_journal_get_fd(journal->reader);
}

void log_journal_process(struct log_journal *journal)
{
	(void)sd_journal_process(journal->reader);
}

bool log_journal_seek(struct log_journal *journal, const char *cursor)
{
	journal->is_at_entry = false;
	if (!cursor) {
		(void)sd_journal_seek_head(journal->reader);
		return false;
	}
	if (sd_journal_seek_cursor(journal->reader, cursor) < 0 || sd_journal_next(journal->reader) <= 0) {
		(void)sd_journal_seek_head(journal->reader);
		return true;
	}
	if (sd_journal_test_cursor(journal->reader, cursor) > 0)
		return false;
	journal->is_at_entry = true;
	return true;
}

/* What stands behind "NAME=", or NULL. */
static char *field(const struct log_journal *journal, const char *name, size_t *ret_len)
{
	size_t len, skip = strlen(name) + 1;
	const void *data;

	if (sd_journal_get_data(journal->reader, name, &data, &len) < 0 || len < skip)
		return NULL;
	if (ret_len)
		*ret_len = len - skip;
	return xstrndup((const char *)data + skip, len - skip);
}

static char *first_field(const struct log_journal *journal, const char *const *names)
{
	char *text = NULL;

	for (; *names && !text; names++)
		text = field(journal, *names, NULL);
	return text;
}

static int number(const struct log_journal *journal, const char *name)
{
	autofree char *text = field(journal, name, NULL);

	return text && strlen(text) <= 2 && text[0] >= '0' && text[0] <= '9' ? atoi(text) : -1;
}

static void read_entry(const struct log_journal *journal, struct log_entry *ret)
{
	static const char *const names[] = { "SYSLOG_IDENTIFIER", "_COMM", NULL };
	static const char *const pids[] = { "SYSLOG_PID", "_PID", NULL };

	*ret = (struct log_entry){
		.priority = number(journal, "PRIORITY"),
		.facility = number(journal, "SYSLOG_FACILITY"),
		.host = field(journal, "_HOSTNAME", NULL),
		.name = first_field(journal, names),
		.pid = first_field(journal, pids),
	};
	ret->message = field(journal, "MESSAGE", &ret->message_len);
	(void)sd_journal_get_realtime_usec(journal->reader, &ret->realtime_us);
}

int log_journal_next(struct log_journal *journal, struct log_entry *ret, char **ret_cursor,
		     struct problems *problems)
{
	int r = journal->is_at_entry ? 1 : sd_journal_next(journal->reader);

	journal->is_at_entry = false;
	if (r > 0)
		r = sd_journal_get_cursor(journal->reader, ret_cursor) < 0 ? -EIO : 1;
	if (r < 0)
		return problem_errno(problems, -r, "reading the journal");
	if (r > 0)
		read_entry(journal, ret);
	return r;
}
