// SPDX-License-Identifier: MIT
/* Finding and ending QEMU's processes; see guests.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "node/facts.h"
#include "node/guests.h"

#define CMDLINE_MAX (256 * 1024)

/* libvirt starts QEMU with "-name guest=NAME,..."; another process may have got the number since. */
static bool is_guest(const char *root, pid_t pid, const char *name)
{
	autofree char *relative = xasprintf("/proc/%d/cmdline", (int)pid);
	autofree char *path = path_in_root(root, relative);
	autofree char *wanted = xasprintf("guest=%s", name);
	autofree char *cmdline = NULL;
	size_t len;

	if (file_read(path, CMDLINE_MAX, &cmdline, &len, NULL) < 0)
		return false;
	for (const char *word = cmdline; word < cmdline + len; word += strlen(word) + 1) {
		const char *rest = str_after(word, wanted);

		if (rest && (*rest == '\0' || *rest == ','))
			return true;
	}
	return false;
}

static void add_guest(struct guests *guests, const char *root, const char *file)
{
	autofree char *folder = path_in_root(root, GUESTS_FOLDER);
	autofree char *path = path_join(folder, file);
	autofree char *line = file_read_line(path);
	autofree char *name = xstrndup(file, strlen(file) - strlen(".pid"));
	long long pid;
	int process = -1;

	if (!line || !str_to_int(line, 2, INT32_MAX, &pid) || !is_guest(root, (pid_t)pid, name))
		return;
	/* Below another root it is a recorded machine, whose processes are not ours to touch. */
	if (streq(root, "/")) {
		process = pidfd_open((pid_t)pid, 0);
		if (process < 0)
			return;
	}
	guests->items = xreallocarray(guests->items, guests->count + 1, sizeof(*guests->items));
	guests->items[guests->count++] = (struct guest){ take_ptr(name), (pid_t)pid, process, false };
}

void guests_find(const char *root, struct guests *ret)
{
	autostrv char **files = fact_names(root, GUESTS_FOLDER);
	struct guests guests = { 0 };

	for (size_t i = 0; files && files[i]; i++)
		if (str_ends(files[i], ".pid"))
			add_guest(&guests, root, files[i]);
	*ret = guests;
}

void guests_done(struct guests *guests)
{
	for (size_t i = 0; i < guests->count; i++) {
		free(guests->items[i].name);
		cleanup_close(&guests->items[i].process);
	}
	free(guests->items);
	*guests = (struct guests){ 0 };
}

static void note_ended(struct guest *guest)
{
	log_info("guest %s has ended", guest->name);
	close(guest->process);
	guest->process = -1;
}

static size_t count_running(const struct guests *guests)
{
	size_t running = 0;

	for (size_t i = 0; i < guests->count; i++)
		running += guests->items[i].process >= 0;
	return running;
}

/* Until those that are waited for have ended. */
static size_t wait_for(struct guests *guests, bool only_obedient, int64_t deadline_ms)
{
	struct pollfd *fds = xcalloc(guests->count + 1, sizeof(*fds));

	for (;;) {
		size_t awaited = 0;
		int n;

		for (size_t i = 0; i < guests->count; i++) {
			const struct guest *guest = &guests->items[i];

			fds[i] = (struct pollfd){ guest->process, POLLIN, 0 };
			awaited += guest->process >= 0 && (guest->can_obey || !only_obedient);
		}
		if (awaited == 0)
			break;
		n = poll(fds, guests->count, until_ms(deadline_ms));
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		for (size_t i = 0; n > 0 && i < guests->count; i++)
			if (fds[i].revents)
				note_ended(&guests->items[i]);
	}
	free(fds);
	return count_running(guests);
}

size_t guests_wait(struct guests *guests, int64_t deadline_ms)
{
	return wait_for(guests, true, deadline_ms);
}

size_t guests_signal(struct guests *guests, int signal_number, int64_t deadline_ms)
{
	for (size_t i = 0; i < guests->count; i++)
		if (guests->items[i].process >= 0)
			pidfd_send_signal(guests->items[i].process, signal_number, NULL, 0);
	return wait_for(guests, false, deadline_ms);
}
