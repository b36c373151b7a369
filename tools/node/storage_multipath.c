// SPDX-License-Identifier: MIT
/*
 * Which disk is a path of which map; see storage_multipath.h.
 *
 * A map's name is what the configuration calls the LUN: target and number. The serial number alone would
 * join disks of two servers that were set up alike (tgt and others number them from 1), and that is the end of
 * both disks' data. Different target names therefore never meet in a map; and the serial number is still
 * asked for, because a target may show another disk under the same number at another portal.
 */
#include <stdio.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/storage_multipath.h"

#define LUN_LAST 16383 /* of what Linux numbers plainly */

bool multipath_joins(const struct iscsi_target *target)
{
	return target->count > 1 && strlen(target->name) + strlen("-lun-16383") <= MULTIPATH_NAME_MAX;
}

static void write_paths(FILE *f, const struct iscsi_target *target)
{
	for (size_t i = 0; target->is_joined && i < target->count; i++)
		fprintf(f, "%s %s %d\n", target->name, target->sessions[i].address, target->sessions[i].port);
}

static bool has_target(const struct storage_plan *plan, const char *line)
{
	for (size_t i = 0; i < plan->targets_count; i++) {
		const char *rest = str_after(line, plan->targets[i].target.name);

		if (rest && *rest == ' ')
			return true;
	}
	return false;
}

static bool waits_for_discovery(const struct storage_plan *plan)
{
	for (size_t i = 0; i < plan->discoveries_count; i++)
		if (!plan->discoveries[i].refused && !plan->discoveries[i].found.items)
			return true;
	return false;
}

char *multipath_text(const struct storage_plan *plan, const char *before)
{
	autostrv char **lines = before && waits_for_discovery(plan) ? strv_split(before, "\n", false) : NULL;
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	for (size_t i = 0; i < plan->targets_count; i++)
		if (!plan->targets[i].refused)
			write_paths(f, &plan->targets[i].target);
	for (size_t i = 0; lines && lines[i]; i++)
		if (!has_target(plan, lines[i]))
			fprintf(f, "%s\n", lines[i]);
	fclose(f);
	if (!*text) {
		free(text);
		return NULL;
	}
	return text;
}

/* Calls `use` with address and port of each path that the file has of the target; whether there is one. */
static bool each_path(const char *root, const char *target,
		      void (*use)(const char *address, const char *port, void *userdata), void *userdata)
{
	autofree char *path = path_in_root(root, MULTIPATH_FILE), *text = NULL;
	autostrv char **lines = NULL;
	bool is_there = false;

	if (file_read_optional(path, MULTIPATH_FILE_MAX, &text, NULL, NULL) < 0 || !text)
		return false;
	lines = strv_split(text, "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		autostrv char **words = strv_split(lines[i], " ", false);

		if (strv_len(words) != 3 || !streq(words[0], target))
			continue;
		is_there = true;
		if (use)
			use(words[1], words[2], userdata);
	}
	return is_there;
}

static char *disk_attribute(const char *root, const char *disk, const char *name)
{
	autofree char *relative = xasprintf("/sys/class/block/%s/%s", disk, name);
	autofree char *path = path_in_root(root, relative);

	return file_read_line(path);
}

/* The last part of the disk's SCSI address, "HOST:CHANNEL:TARGET:LUN"; -1: it has none. */
static long long lun_of(const char *root, const char *disk)
{
	autofree char *relative = xasprintf("/sys/class/block/%s/device/scsi_device", disk);
	autostrv char **names = fact_names(root, relative);
	const char *number = names ? strrchr(names[0], ':') : NULL;
	long long value;

	return number && str_to_int(number + 1, 0, LUN_LAST, &value) ? value : -1;
}

static const struct iscsi_seen *session_of(const struct iscsi_seen_list *seen, const char *disk)
{
	for (size_t i = 0; i < seen->count; i++)
		if (strv_contains(seen->items[i].disks, disk))
			return &seen->items[i];
	return NULL;
}

/* Whether every disk that the target shows under this number is the same one. */
static bool is_one_disk(const char *root, const struct iscsi_seen_list *seen, const char *target,
			long long lun, const char *identity)
{
	for (size_t i = 0; i < seen->count; i++) {
		char **disks = seen->items[i].disks;

		if (!streq(seen->items[i].target, target))
			continue;
		for (size_t j = 0; disks && disks[j]; j++) {
			autofree char *other = NULL;

			if (lun_of(root, disks[j]) != lun)
				continue;
			other = disk_attribute(root, disks[j], "device/wwid");
			if (!other || !streq(other, identity))
				return false;
		}
	}
	return true;
}

static char *name_in(const char *root, const struct iscsi_seen_list *seen, const char *disk, char **ret_reason)
{
	const struct iscsi_seen *session = session_of(seen, disk);
	autofree char *identity = NULL;
	long long lun;

	if (!session || !each_path(root, session->target, NULL, NULL))
		return NULL;
	lun = lun_of(root, disk);
	identity = disk_attribute(root, disk, "device/wwid");
	if (lun < 0 || !identity || !*identity)
		*ret_reason = xasprintf("%s: the target gives it no serial number, so its paths stay apart", disk);
	else if (!is_one_disk(root, seen, session->target, lun, identity))
		*ret_reason = xasprintf("%s: the portals show different disks as LUN %lld, which stay apart",
					disk, lun);
	return *ret_reason ? NULL : xasprintf("%s-lun-%lld", session->target, lun);
}

char *multipath_name(const char *root, const char *disk, char **ret_reason)
{
	struct iscsi_seen_list seen;
	char *reason = NULL, *name;

	iscsi_sessions_read(root, &seen);
	name = name_in(root, &seen, disk, &reason);
	iscsi_sessions_done(&seen);
	if (ret_reason)
		*ret_reason = reason;
	else
		free(reason);
	return name;
}

struct linking {
	const char *target, *lun;
	char **links;
};

/* As udev's path_id names the disk behind this portal. */
static void add_link(const char *address, const char *port, void *userdata)
{
	struct linking *linking = userdata;

	strv_pushf(&linking->links, "disk/by-path/ip-%s:%s-iscsi-%s-lun-%s", address, port, linking->target,
		   linking->lun);
}

/* As udev's scsi_id names the disk behind each of its paths. */
static void add_identity(const char *root, const char *map, char ***links)
{
	autofree char *folder = xasprintf("/sys/class/block/%s/slaves", map), *identity = NULL;
	autostrv char **disks = fact_names(root, folder);
	const char *number;

	if (!disks)
		return;
	identity = disk_attribute(root, disks[0], "device/wwid");
	number = identity ? str_after(identity, "naa.") : NULL;
	if (!number || !*number || number[strspn(number, "0123456789abcdef")])
		return;
	strv_pushf(links, "disk/by-id/wwn-0x%s", number);
	strv_pushf(links, "disk/by-id/scsi-3%s", number);
}

char **multipath_links(const char *root, const char *map)
{
	autofree char *uuid = disk_attribute(root, map, "dm/uuid"), *target = NULL;
	const char *name = uuid ? str_after(uuid, "mpath-") : NULL, *end = NULL;
	struct linking linking = { 0 };

	for (const char *at = name; at && (at = strstr(at, "-lun-")); at++)
		end = at;
	if (!end)
		return NULL;
	target = xstrndup(name, (size_t)(end - name));
	linking.target = target;
	linking.lun = end + strlen("-lun-");
	if (!each_path(root, target, add_link, &linking))
		return NULL;
	add_identity(root, map, &linking.links);
	strv_pushf(&linking.links, "roost/%s/unit:0:0:%s", target, linking.lun);
	return linking.links;
}
