// SPDX-License-Identifier: MIT
/*
 * Maps as the kernel lists them, and keeping them in line with the configuration; see storage_multipath.h.
 *
 *	/sys/class/block/sda/holders/dm-0
 *	/sys/class/block/dm-0/{dm/name,dm/uuid,slaves/sda}
 */
#include "common/file.h"
#include "common/process.h"
#include "node/facts.h"
#include "node/run_outside.h"
#include "node/storage_multipath.h"

#define SETTLE_S 10
#define WAIT_MS ((MULTIPATH_WAIT_S + 5) * 1000)
#define MAPS_MAX 256

static char *block_line(const char *root, const char *disk, const char *name)
{
	autofree char *relative = xasprintf("/sys/class/block/%s/%s", disk, name);
	autofree char *path = path_in_root(root, relative);

	return file_read_line(path);
}

/* "dm-0", when a map of ours stands on the disk. Owned by the caller. */
static char *map_of(const char *root, const char *disk)
{
	autofree char *relative = xasprintf("/sys/class/block/%s/holders", disk);
	autostrv char **holders = fact_names(root, relative);

	for (size_t i = 0; holders && holders[i]; i++) {
		autofree char *uuid = block_line(root, holders[i], "dm/uuid");

		if (uuid && str_after(uuid, "mpath-"))
			return xstrdup(holders[i]);
	}
	return NULL;
}

/* Disks whose transport gave up say so, and do it later than their session. */
static bool is_up(const char *root, const struct iscsi_seen *session, const char *disk)
{
	autofree char *state = block_line(root, disk, "device/state");

	return session->state == ISCSI_SESSION_UP && state && streq(state, "running");
}

static json_t *find_map(json_t *maps, const char *device)
{
	json_t *map;
	size_t i;

	json_array_foreach(maps, i, map)
		if (streq_null(json_string_value(json_object_get(map, "device")), device))
			return map;
	return NULL;
}

static void look_at(const char *root, const struct iscsi_seen *session, const char *disk, json_t *maps,
		    char ***ret_faults)
{
	autofree char *device = map_of(root, disk), *name = NULL, *reason = NULL, *portal = NULL;
	bool up = is_up(root, session, disk);
	json_t *map;

	if (!device) {
		name = multipath_name(root, disk, &reason);
		if (reason)
			strv_push(ret_faults, reason);
		if (name)
			strv_pushf(ret_faults, "%s is no path of %s: multipathd did not take it", disk, name);
		return;
	}
	portal = xasprintf(strchr(session->address, ':') ? "[%s]:%d" : "%s:%d", session->address, session->port);
	map = find_map(maps, device);
	if (!map) {
		name = block_line(root, device, "dm/name");
		map = json_pack("{s:s, s:s*, s:[]}", "device", device, "name", name, "paths");
		json_array_append_new(maps, map);
	}
	json_array_append_new(json_object_get(map, "paths"),
			      json_pack("{s:s, s:s, s:s}", "disk", disk, "portal", portal, "state",
					up ? "up" : "lost"));
	/* Of a session that is lost, its own line tells. */
	if (!up && session->state == ISCSI_SESSION_UP)
		strv_pushf(ret_faults, "path %s of %s over %s is lost", disk, device, portal);
}

json_t *multipath_look(const char *root, const struct iscsi_seen_list *seen, const char *target,
		       char ***ret_faults)
{
	json_t *maps = json_array();

	for (size_t i = 0; i < seen->count; i++) {
		const struct iscsi_seen *session = &seen->items[i];

		if (!streq(session->target, target))
			continue;
		for (size_t d = 0; session->disks && session->disks[d]; d++)
			look_at(root, session, session->disks[d], maps, ret_faults);
	}
	return maps;
}

/* "/dev/sda" of every session, or of one target's. */
static char **all_disks(const char *root, const char *target, const char *prefix)
{
	struct iscsi_seen_list seen;
	char **all = NULL;

	iscsi_sessions_read(root, &seen);
	for (size_t i = 0; i < seen.count; i++) {
		char **disks = seen.items[i].disks;

		for (size_t d = 0; disks && disks[d]; d++)
			if (!target || streq(seen.items[i].target, target))
				strv_pushf(&all, "%s%s", prefix, disks[d]);
	}
	iscsi_sessions_done(&seen);
	return all;
}

/*
 * udev looks at the disks of sessions again: they get their names, or lose them. Outside the sandbox, in which
 * /sys cannot be written to.
 */
static int ask_udev_again(const char *root, struct problems *problems)
{
	autostrv char **disks = all_disks(root, NULL, "/dev/"), **argv = NULL;
	struct process_result result;
	int status;

	if (!disks)
		return 0;
	for (const char *const *word = (const char *const[]){ "udevadm", "trigger", "--action=change",
							       "--settle", NULL }; *word; word++)
		strv_push(&argv, *word);
	for (size_t i = 0; disks[i]; i++)
		strv_push(&argv, disks[i]);
	status = run_outside(NULL, (const char *const *)argv, SETTLE_S, &result, problems);
	process_result_done(&result);
	return status;
}

/* Maps whose disks have lost their names. One that something stands on stays: multipathd says so. */
static int drop_maps(const char *root, struct problems *problems)
{
	autostrv char **disks = all_disks(root, NULL, ""), **done = NULL;
	int result = 0;

	for (size_t i = 0; disks && disks[i]; i++) {
		autofree char *map = map_of(root, disks[i]), *name = NULL, *wanted = NULL;

		if (!map || strv_contains(done, map))
			continue;
		wanted = multipath_name(root, disks[i], NULL);
		name = block_line(root, map, "dm/name");
		strv_push(&done, map);
		if (!wanted && name)
			result |= process_call(problems, "multipathd", "remove", "map", name, NULL);
	}
	return result;
}

/*
 * Disks that were there before they got a name: multipathd takes no notice of a change of what it does not have. One
 * that it cannot have is told by multipath_look.
 */
static void take_disks(const char *root)
{
	autostrv char **disks = all_disks(root, NULL, "");

	for (size_t i = 0; disks && disks[i]; i++) {
		autofree char *map = map_of(root, disks[i]), *wanted = NULL;

		wanted = map ? NULL : multipath_name(root, disks[i], NULL);
		if (wanted)
			process_call(NULL, "multipathd", "add", "path", disks[i], NULL);
	}
}

int multipath_prepare(const char *root, bool has_changed, struct problems *problems)
{
	autofree char *path = path_in_root(root, MULTIPATH_FILE);
	bool is_wanted = path_exists(path);
	int result = 0;

	if (is_wanted)
		result |= process_call(problems, "systemctl", "start", "multipathd.service", NULL);
	if (has_changed)
		result |= ask_udev_again(root, problems);
	if (is_wanted || has_changed)
		result |= drop_maps(root, problems);
	if (is_wanted)
		take_disks(root);
	if (!is_wanted && has_changed)
		result |= process_call(problems, "systemctl", "stop", "multipathd.service", NULL);
	return result;
}

char *multipath_wait(const char *root, const char *target)
{
	autofree char *timeout = xasprintf("--timeout=%d", MULTIPATH_WAIT_S);
	autostrv char **disks = all_disks(root, target, ""), **argv = NULL, **faults = NULL;
	struct iscsi_seen_list seen;

	for (const char *const *word = (const char *const[]){ "udevadm", "wait", timeout, NULL }; *word; word++)
		strv_push(&argv, *word);
	for (size_t i = 0; disks && disks[i] && i < MAPS_MAX; i++) {
		autofree char *name = multipath_name(root, disks[i], NULL);

		if (name)
			strv_pushf(&argv, "/dev/mapper/%s", name);
	}
	if (strv_len(argv) > 3)
		process_run(&(struct process){ .argv = (const char *const *)argv, .timeout_ms = WAIT_MS }, NULL,
			    NULL);
	iscsi_sessions_read(root, &seen);
	json_decref(multipath_look(root, &seen, target, &faults));
	iscsi_sessions_done(&seen);
	return faults ? strv_join(faults, "; ") : NULL;
}
