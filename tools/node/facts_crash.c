// SPDX-License-Identifier: MIT
/*
 * "crash": what the kernel wrote into the firmware's storage (pstore: ACPI ERST, EFI variables) when it
 * panicked, the last trace of a host that keeps nothing else:
 *
 *	null, or {"records": their number, "summary": "Kernel panic - ...", "lines": [the last of the newest]}
 *
 * systemd-pstore(8) moves the records from /sys/fs/pstore to /var/lib/systemd/pstore, so that there is room for
 * the next; until it has, they are read where they are.
 */
#include <stdint.h>
#include <sys/stat.h>

#include "common/file.h"
#include "node/facts.h"

#define DRAINED "/var/lib/systemd/pstore"
#define PSTORE "/sys/fs/pstore"
#define RECORD_MAX (1024 * 1024)
#define LINES_MAX 40
#define LINE_BYTES_MAX 200
#define DEPTH_MAX 3

struct traces {
	size_t records;
	char *newest;           /* the path of the one that is shown */
	int64_t newest_ns;
};

/* systemd-pstore puts the parts of a dump together in dmesg.txt; what pstore itself has is in parts. */
static bool is_trace(const char *name, bool is_drained)
{
	return is_drained ? streq(name, "dmesg.txt") : str_after(name, "dmesg-") != NULL;
}

static void take_trace(struct traces *traces, const char *path, const struct stat *st)
{
	int64_t ns = st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec;

	traces->records++;
	if (traces->newest && ns <= traces->newest_ns)
		return;
	free(traces->newest);
	traces->newest = xstrdup(path);
	traces->newest_ns = ns;
}

static void find_traces(struct traces *traces, const char *folder, bool is_drained, int depth)
{
	autostrv char **names = fact_names("", folder);

	for (size_t i = 0; names && names[i]; i++) {
		autofree char *path = path_join(folder, names[i]);
		struct stat st;

		if (lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			find_traces(traces, path, is_drained, depth + 1);
		else if (S_ISREG(st.st_mode) && is_trace(names[i], is_drained))
			take_trace(traces, path, &st);
	}
}

/* "<0>[   12.345678] Kernel panic - not syncing: ..." -> what a person looks for; NULL: an ordinary line. */
static const char *cause_in(const char *line)
{
	static const char *const causes[] = { "Kernel panic", "BUG:", "Oops", "general protection fault" };
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(causes) && !found; i++)
		found = strstr(line, causes[i]);
	return found;
}

/* The panic's own line says why; without one the first that tells of a fault. */
static const char *find_summary(char *const *lines)
{
	const char *first = NULL;

	for (; lines && *lines; lines++) {
		const char *cause = cause_in(*lines);

		if (cause && str_after(cause, "Kernel panic"))
			return cause;
		if (!first)
			first = cause;
	}
	return first;
}

static json_t *crash_json(const struct traces *traces, const char *text)
{
	autostrv char **lines = strv_split(text, "\n", false);
	size_t count = strv_len(lines);
	json_t *last = json_array();

	for (size_t i = count > LINES_MAX ? count - LINES_MAX : 0; i < count; i++)
		json_array_append_new(last, clean_string(lines[i], LINE_BYTES_MAX));
	return json_pack("{s:I, s:o, s:o}", "records", (json_int_t)traces->records, "summary",
			 clean_string(find_summary(lines), LINE_BYTES_MAX), "lines", last);
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autofree char *drained = path_in_root(root, DRAINED), *pstore = path_in_root(root, PSTORE), *text = NULL;
	struct traces traces = { 0 };
	int r = 0;

	find_traces(&traces, drained, true, 0);
	if (!traces.records)
		find_traces(&traces, pstore, false, 0);
	if (traces.newest)
		r = file_read(traces.newest, RECORD_MAX, &text, NULL, problems);
	json_object_set_new(facts, "crash", text ? crash_json(&traces, text) : json_null());
	free(traces.newest);
	return r;
}

const struct fact_kind facts_crash = { "crash", collect };
