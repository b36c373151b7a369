// SPDX-License-Identifier: MIT
/* Printing on a terminal, and reading the timeline as it grows; see console.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/console.h"

#define WRITE_TIMEOUT_MS 5000
#define NEWS_MAX (64 * 1024)

int console_write(const char *text)
{
	int64_t deadline_ms = now_ms() + WRITE_TIMEOUT_MS;
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n >= 0) {
			text += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (!fd_wait(STDOUT_FILENO, POLLOUT, deadline_ms))
				return 0; /* the terminal takes nothing */
		} else if (errno != EINTR) {
			return -1; /* EIO: a port without hardware, or one that was unplugged */
		}
	}
	return 0;
}

/* "MILLISECONDS EVENT TEXT" as people read it; nothing for a line that is none. */
static void print_event(FILE *out, const char *line)
{
	size_t digits = strspn(line, "0123456789");
	autofree char *number = xstrndup(line, digits);
	long long t_ms;

	if (line[digits] != ' ' || !str_to_int(number, 0, INT64_MAX, &t_ms))
		return;
	fprintf(out, "roost: [%4lld.%03lld] ", t_ms / 1000, t_ms % 1000);
	for (const char *p = line + digits + 1; *p; p++)
		putc((unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p, out);
	putc('\n', out);
}

static char *print_events(char *text)
{
	char *printed;
	size_t len;
	FILE *out = xopen_memstream(&printed, &len);

	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		print_event(out, line);
	}
	fclose(out);
	return printed;
}

char *timeline_news(struct timeline_reader *reader, const char *root)
{
	autofree char *path = path_in_root(root, TIMELINE_PATH);
	autofree char *text = xmalloc(NEWS_MAX + 1);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *last;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	if (st.st_size < reader->offset)
		reader->offset = 0;
	n = pread(fd, text, NEWS_MAX, reader->offset);
	if (n <= 0)
		return NULL;
	text[n] = '\0';
	last = memrchr(text, '\n', (size_t)n);
	if (!last) {
		/* the rest of a line is on its way; a line that fills the buffer is not one of ours */
		reader->offset += n == NEWS_MAX ? n : 0;
		return NULL;
	}
	last[1] = '\0';
	reader->offset += last + 1 - text;
	return print_events(text);
}
