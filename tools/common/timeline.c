// SPDX-License-Identifier: MIT
/* The boot's timeline; see timeline.h. */
#include <fcntl.h>
#include <inttypes.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"

#define TIMELINE_EVENTS_MAX 200
#define TIMELINE_BYTES_MAX (256 * 1024)

void timeline_mark(const char *root, const char *event, const char *fmt, ...)
{
	autofree char *path = path_in_root(root, TIMELINE_PATH);
	autofree char *text = NULL, *line = NULL;
	autoclose int fd = -1;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	line = xasprintf("%" PRId64 " %s %s\n", now_ms(), event, text);

	if (make_parent_folders(path, NULL) < 0)
		return;
	/* One write(2) with O_APPEND: lines of programs that run side by side do not mix. */
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		(void)!write(fd, line, strlen(line));
}

/* A line of the grammar in timeline.h, or NULL. */
static json_t *read_event(char *line)
{
	char *event = strchr(line, ' '), *text;
	long long t_ms;
	json_t *value;

	if (!event)
		return NULL;
	*event++ = '\0';
	text = strchr(event, ' ');
	if (!text || !str_to_int(line, 0, INT64_MAX, &t_ms))
		return NULL;
	*text++ = '\0';
	value = json_pack("{s:I, s:s, s:s}", "t_ms", (json_int_t)t_ms, "event", event, "text", text);
	return value;
}

json_t *timeline_json(const char *root)
{
	autofree char *path = path_in_root(root, TIMELINE_PATH);
	autofree char *data = NULL;
	autostrv char **lines = NULL;
	json_t *events = json_array();
	size_t count;

	if (file_read_optional(path, TIMELINE_BYTES_MAX, &data, NULL, NULL) < 0 || !data)
		return events;
	lines = strv_split(data, "\n", false);
	count = strv_len(lines);
	for (size_t i = count > TIMELINE_EVENTS_MAX ? count - TIMELINE_EVENTS_MAX : 0; i < count; i++) {
		json_t *event = read_event(lines[i]);

		if (event)
			json_array_append_new(events, event);
	}
	return events;
}
