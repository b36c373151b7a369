// SPDX-License-Identifier: MIT
/* Writing systemd-networkd's files; see network_units.h. */
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/bus.h"
#include "node/link_delete.h"
#include "node/link_events.h"
#include "node/network_units.h"

#define NETWORKD_STATE "/run/systemd/netif/state"
#define NETWORKD_LINKS "/run/systemd/netif/links" /* a file for each link that it knows, named by its index */
#define FORGET_MS 5000
#define UNIT_MAX (64 * 1024)

/* ---- The folder ---------------------------------------------------------------------------------- */

/* "10-roost-bond0.20.netdev" -> "bond0.20". Owned by the caller. */
static char *device_of(const char *file)
{
	const char *rest = str_after(file, HOST_UNIT_PREFIX);

	return xstrndup(rest, (size_t)(strrchr(rest, '.') - rest));
}

/* Not by if_nametoindex(3): for a name that it does not know the kernel starts modprobe, device after device. */
static bool is_there(const char *root, const char *device)
{
	autofree char *folder = path_in_root(root, "/sys/class/net");
	autofree char *path = path_join(folder, device);

	return path_exists(path);
}

static bool is_wanted(const struct host_units *units, const char *name)
{
	for (size_t i = 0; i < units->count; i++)
		if (streq(units->items[i].name, name))
			return true;
	return false;
}

static int write_unit(const char *path, const char *text, bool *changed,
		      struct problems *problems)
{
	if (file_has(path, text, strlen(text)))
		return 0;
	*changed = true;
	return file_write_text(path, 0644, text, problems);
}

/*
 * networkd forgets a NIC whose file is gone, and leaves it the port that it was. A file without
 * anything to do takes it out of its bridge or bond.
 */
static int park(const char *path, const char *nic, bool *changed, struct problems *problems)
{
	autofree char *text = xasprintf("# Written by roost-network: not in use any more\n"
					"[Match]\nName=%s\n\n[Network]\nDHCP=no\n"
					"LinkLocalAddressing=no\nIPv6AcceptRA=no\n", nic);

	return write_unit(path, text, changed, problems);
}

/* One file of an earlier configuration: a NIC stays and is parked, a device that we made goes. */
static int retire(const char *root, const char *folder, const char *file, char ***gone,
		  bool *changed, struct problems *problems)
{
	autofree char *path = path_join(folder, file), *device = device_of(file);
	autofree char *made_path = xasprintf("%s/" HOST_UNIT_PREFIX "%s.netdev", folder, device);

	if (str_ends(file, ".network") && !path_exists(made_path) && is_there(root, device))
		return park(path, device, changed, problems);
	*changed = true;
	if (str_ends(file, ".netdev"))
		strv_push(gone, device);
	return unlink(path) < 0 ? problem_errno(problems, errno, "%s", path) : 0;
}

/* What an earlier configuration left behind; .network files before .netdev files. */
static int retire_stale(const char *root, const char *folder, const struct host_units *units,
			char ***gone, bool *changed, struct problems *problems)
{
	autostrv char **names = NULL;
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int result = 0;

	while (dir && (entry = readdir(dir)))
		if (str_after(entry->d_name, HOST_UNIT_PREFIX) && strchr(entry->d_name, '.') &&
		    !is_wanted(units, entry->d_name))
			strv_push(&names, entry->d_name);
	if (dir)
		closedir(dir);
	strv_sort(names);
	for (size_t n = strv_len(names); n-- > 0;)
		if (retire(root, folder, names[n], gone, changed, problems) < 0)
			result = -1;
	return result;
}

static int write_units(const char *root, const struct host_units *units, char ***gone,
		       bool *changed, struct problems *problems)
{
	autofree char *folder = path_in_root(root, NETWORK_UNITS);

	for (size_t i = 0; i < units->count; i++) {
		autofree char *path = path_join(folder, units->items[i].name);

		if (write_unit(path, units->items[i].text, changed, problems) < 0)
			return -1;
	}
	return retire_stale(root, folder, units, gone, changed, problems);
}

/* ---- systemd-networkd ---------------------------------------------------------------------------- */

/* At boot systemd-networkd starts after us and reads the files by itself. */
static bool networkd_runs(const char *root)
{
	return streq(root, "/") && path_exists(NETWORKD_STATE);
}

/*
 * Devices go after networkd has read the files: a NIC that is still a port in its eyes tries to join its lost
 * bridge again, and fails for good.
 */
static int reload(const char *root, char *const *gone, struct problems *problems)
{
	if (!networkd_runs(root))
		return 0;
	if (bus_networkd_reload(problems) < 0)
		return -1;
	for (; gone && *gone; gone++)
		(void)link_delete(*gone, problems);
	return 1;
}

static int take_over(const char *root, const struct host_units *units, struct problems *problems)
{
	autostrv char **gone = NULL;
	bool changed = false;

	if (write_units(root, units, &gone, &changed, problems) < 0)
		return -1;
	if (!changed)
		return 0;
	timeline_mark(root, "network", "%zu files for systemd-networkd", units->count);
	return reload(root, gone, problems);
}

/* ---- Devices that are made anew ------------------------------------------------------------------ */

static bool needs_new(const char *root, const struct host_unit *unit)
{
	autofree char *folder = path_in_root(root, NETWORK_UNITS);
	autofree char *path = path_join(folder, unit->name), *device = device_of(unit->name);
	autofree char *before = NULL;

	return str_ends(unit->name, ".netdev") && is_there(root, device) &&
	       file_read_optional(path, UNIT_MAX, &before, NULL, NULL) == 0 && before &&
	       host_netdev_needs_new(before, unit->text);
}

static bool has_line(const char *text, const char *key, const char *value)
{
	autofree char *line = xasprintf("\n%s=%s\n", key, value);

	return strstr(text, line);
}

/* A VLAN on one of `names`; it goes with what it is on. */
static bool is_on(const struct host_units *units, const char *vlan, char *const *names)
{
	for (size_t i = 0; i < units->count; i++) {
		autofree char *device = device_of(units->items[i].name);

		if (strv_contains(names, device) && has_line(units->items[i].text, "VLAN", vlan))
			return true;
	}
	return false;
}

/* Those devices, and the VLANs on them, however deep. NULL: none. Owned by the caller. */
static char **find_new(const char *root, const struct host_units *units)
{
	char **names = NULL;
	size_t before;

	for (size_t i = 0; i < units->count; i++)
		if (needs_new(root, &units->items[i]))
			strv_push_take(&names, device_of(units->items[i].name));
	do {
		before = strv_len(names);
		for (size_t i = 0; names && i < units->count; i++) {
			autofree char *device = device_of(units->items[i].name);

			if (!strv_contains(names, device) && is_on(units, device, names))
				strv_push(&names, device);
		}
	} while (strv_len(names) > before);
	return names;
}

static bool is_left_out(const struct host_unit *unit, char *const *names)
{
	autofree char *device = device_of(unit->name);

	for (char *const *name = names; *name; name++)
		if (streq(device, *name) || has_line(unit->text, "Bond", *name))
			return true;
	return false;
}

/* networkd would take a device of the same name that it has not forgotten for the new one. */
static void wait_until_forgotten(struct link_events *events, const unsigned *index, size_t count)
{
	int64_t deadline_ms = now_ms() + FORGET_MS;

	for (size_t i = 0; i < count; i++) {
		autofree char *path = xasprintf(NETWORKD_LINKS "/%u", index[i]);

		while (path_exists(path))
			if (!link_events_wait(events, deadline_ms))
				return;
	}
}

static int take_away(const char *root, const struct host_units *units, char *const *names,
		     struct problems *problems)
{
	size_t count = strv_len(names);
	autofree unsigned *index = xreallocarray(NULL, count, sizeof(*index));
	/* the texts stay those of `units` */
	autofree struct host_unit *kept = xreallocarray(NULL, units->count, sizeof(*kept));
	struct host_units rest = { .items = kept };
	struct link_events events;
	int result = -1;

	for (size_t i = 0; i < count; i++)
		index[i] = if_nametoindex(names[i]);
	for (size_t i = 0; i < units->count; i++)
		if (!is_left_out(&units->items[i], names))
			kept[rest.count++] = units->items[i];
	if (removal_events_open(&events, NETWORKD_LINKS, problems) == 0 &&
	    take_over(root, &rest, problems) >= 0) {
		wait_until_forgotten(&events, index, count);
		result = 0;
	}
	link_events_close(&events);
	return result;
}

bool network_units_go_down(const char *root, const struct host_units *units)
{
	autostrv char **names = networkd_runs(root) ? find_new(root, units) : NULL;

	return names;
}

int network_units_use(const char *root, const struct host_units *units, struct problems *problems)
{
	autostrv char **names = networkd_runs(root) ? find_new(root, units) : NULL;
	autofree char *list = strv_join(names, ", ");

	if (names) {
		log_info("made anew, as what changed cannot change while it is there: %s", list);
		if (take_away(root, units, names, problems) < 0)
			return -1;
	}
	return take_over(root, units, problems);
}
