// SPDX-License-Identifier: MIT
/*
 * roost console: what a person sees on a screen or in a serial log, without a login. Events of the
 * timeline are printed as lines when they happen; a short block follows when the state has changed.
 * Only appended text, no cursor movements: a log of the line reads the same.
 *
 * Nothing here waits by time: inotify tells of files, rtnetlink of addresses, and the kernel's file
 * of the host name wakes who polls it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>

#include "common/clock.h"
#include "common/file.h"
#include "common/program.h"
#include "node/addresses.h"
#include "node/commands.h"
#include "node/console.h"
#include "node/status.h"

/* Changes come in groups (an address, its route, the next report): one block for the group. */
#define SETTLE_MS 300
#define SETTLE_MAX_MS 2000

struct console {
	const char *root;
	bool is_gone;               /* nothing is behind standard output */
	struct timeline_reader timeline;
	char *block;                /* as printed last */
	int files;                  /* inotify */
	int folder;                 /* watch of /run/roost, or -1: it is not there yet */
	int parent;                 /* watch of /run while /run/roost is not there, or -1 */
	int addresses;              /* rtnetlink, or -1 */
	int name;                   /* /proc/sys/kernel/hostname, or -1 */
};

struct options {
	const char *root;
	bool is_once;
};

static const struct program program = {
	.doc = "Shows on a console what this host does and why it is not ready.",
	.options = (const struct program_option[]){
		PROGRAM_ROOT(struct options, root),
		{ "once", OPTION_FLAG(struct options, is_once), "print what there is and end", '1' },
		{ 0 },
	},
};

static void print(struct console *console, const char *text)
{
	console->is_gone = console->is_gone || console_write(text) < 0;
}

/* All that is new, however much it is. */
static void print_events(struct console *console)
{
	char *news;

	while ((news = timeline_news(&console->timeline, console->root))) {
		print(console, news);
		free(news);
	}
}

static void print_block(struct console *console)
{
	autojson json_t *status = status_read(console->root);
	autofree char *block = status_block(status);

	if (streq_null(block, console->block))
		return;
	print(console, block);
	free(console->block);
	console->block = take_ptr(block);
}

static bool watch_folder(struct console *console)
{
	autofree char *folder = path_in_root(console->root, "/run/roost");

	console->folder = inotify_add_watch(console->files, folder,
					    IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE |
					    IN_DELETE | IN_ONLYDIR);
	return console->folder >= 0;
}

/* /run/roost; while it does not exist, the folder that it will be made in. */
static void watch_files(struct console *console)
{
	autofree char *parent = path_in_root(console->root, "/run");

	if (console->folder >= 0)
		return;
	if (console->parent < 0)
		console->parent = inotify_add_watch(console->files, parent,
						    IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
	/* tried behind the watch of its parent, so that no moment is missed */
	if (watch_folder(console) && console->parent >= 0) {
		inotify_rm_watch(console->files, console->parent);
		console->parent = -1;
	}
}

static void drain_files(struct console *console)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(console->files, buffer, sizeof(buffer))) > 0) {
		for (char *p = buffer; p < buffer + n;) {
			const struct inotify_event *event = (const void *)p;

			if (event->mask & IN_IGNORED && event->wd == console->folder)
				console->folder = -1;
			p += sizeof(*event) + event->len;
		}
	}
}

/* True when something happened within timeout_ms (-1: no bound). */
static bool wait_for_change(struct console *console, int timeout_ms)
{
	struct pollfd wait[] = {
		{ .fd = console->files, .events = POLLIN },
		{ .fd = console->addresses, .events = POLLIN },
		{ .fd = console->name, .events = POLLPRI }, /* polling takes the news */
	};

	if (poll(wait, ARRAY_SIZE(wait), timeout_ms) <= 0)
		return false;
	if (wait[0].revents)
		drain_files(console);
	if (wait[1].revents)
		addresses_drain(console->addresses);
	watch_files(console);
	return true;
}

static int follow(struct console *console)
{
	for (;;) {
		int64_t deadline_ms;

		print_events(console);
		print_block(console);
		/* no such port on this machine, or it was unplugged: nothing is wrong with the host */
		if (console->is_gone)
			return EXIT_DONE;
		if (!wait_for_change(console, -1))
			continue;
		deadline_ms = now_ms() + SETTLE_MAX_MS;
		do
			print_events(console);
		while (until_ms(deadline_ms) > 0 && wait_for_change(console, SETTLE_MS));
	}
}

static int open_name(const char *root)
{
	autofree char *path = path_in_root(root, "/proc/sys/kernel/hostname");

	return open(path, O_RDONLY | O_CLOEXEC);
}

static int run(struct console *console, const struct options *options)
{
	if (options->is_once) {
		print_events(console);
		print_block(console);
		return EXIT_DONE;
	}
	console->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (console->files < 0) {
		log_error("cannot watch files: %s", strerror(errno));
		return EXIT_TEMPORARY;
	}
	console->addresses = addresses_watch(console->root);
	console->name = open_name(console->root);
	watch_files(console);
	return follow(console);
}

int cmd_console(int argc, char **argv)
{
	struct options options = { .root = "/" };
	struct console console = { .files = -1, .folder = -1, .parent = -1, .addresses = -1,
				   .name = -1 };
	int code;

	program_parse(&program, argc, argv, &options);
	console.root = options.root;
	code = run(&console, &options);
	free(console.block);
	close(console.files);
	close(console.addresses);
	close(console.name);
	return code;
}
