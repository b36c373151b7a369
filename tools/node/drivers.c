// SPDX-License-Identifier: MIT
/* Loading kernel modules by their devices' aliases, with one modprobe for many. */
#include <fts.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "common/file.h"
#include "common/process.h"
#include "node/drivers.h"

#define KERNEL_EVENTS 1 /* netlink group: the kernel's own events, not udev's */

/* modprobe(8): -a many names, -b honour blacklists, -q no word about aliases without a module. */
static void modprobe(char *const *aliases)
{
	struct process process = { .timeout_ms = 30000 };
	autostrv char **argv = NULL;

	if (strv_len(aliases) == 0)
		return;
	strv_push(&argv, "modprobe");
	strv_push(&argv, "-qab");
	for (size_t i = 0; aliases[i]; i++)
		strv_push(&argv, aliases[i]);
	process.argv = (const char *const *)argv;
	process_run(&process, NULL, NULL);
}

static bool is_new(struct drivers *drivers, const char *alias)
{
	if (strv_contains(drivers->known, alias))
		return false;
	strv_push(&drivers->known, alias);
	return true;
}

static char **aliases_in_sys(struct drivers *drivers)
{
	char *const paths[] = { (char *)"/sys/devices", NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	char **aliases = NULL;
	const FTSENT *entry;

	while (fts && (entry = fts_read(fts))) {
		autofree char *alias = NULL;

		if (!streq(entry->fts_name, "modalias"))
			continue;
		alias = file_read_line(entry->fts_path);
		if (alias && *alias && is_new(drivers, alias))
			strv_push(&aliases, alias);
	}
	if (fts)
		fts_close(fts);
	return aliases;
}

void drivers_load_all(struct drivers *drivers)
{
	autostrv char **aliases = aliases_in_sys(drivers);

	modprobe(aliases);
}

int drivers_open_events(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_EVENTS };
	autoclose int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
				  NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return take_fd(&fd);
}

/* One event: NUL-separated "KEY=value" fields. */
static void load_for_event(struct drivers *drivers, const char *event, size_t len)
{
	for (const char *field = event; field < event + len; field += strlen(field) + 1) {
		const char *alias = str_after(field, "MODALIAS=");
		char *const aliases[] = { (char *)alias, NULL };

		if (alias && *alias && is_new(drivers, alias))
			modprobe(aliases);
	}
}

void drivers_load_for_events(struct drivers *drivers, int fd)
{
	char event[8192];
	ssize_t n;

	while ((n = recv(fd, event, sizeof(event) - 1, 0)) > 0) {
		event[n] = '\0';
		load_for_event(drivers, event, (size_t)n);
	}
}

void drivers_done(struct drivers *drivers)
{
	strv_free(drivers->known);
	*drivers = (struct drivers){ 0 };
}
