// SPDX-License-Identifier: MIT
/*
 * LVM's filter and its report; see storage_lvm.h.
 *
 * The filter (lvm.conf(5), devices/global_filter) instead of LVM's devices file: it holds the very
 * names of the configuration, which udev keeps pointing to the right disk when a session comes back
 * as another sdX. The devices file holds what the kernel called a disk when it was added, or an
 * identifier that some targets give to all their LUNs; and pvcreate adds to it by itself.
 */
#include <ctype.h>
#include <stdlib.h>

#include "node/run_outside.h"
#include "node/storage_lvm.h"

#define REPORT_MAX (64 * 1024)

/* Characters of udev's names that mean nothing to LVM's filter, or that a class makes harmless. */
static bool is_fit(const char *device)
{
	for (; *device; device++)
		if (!isalnum((unsigned char)*device) && !strchr("/._:-=+@", *device))
			return false;
	return true;
}

static bool is_stable(const char *device)
{
	const char *rest = str_after(device, "/dev/disk/");

	if (rest && !strstr(device, "//") && !strstr(device, "/."))
		return strchr(rest, '/') && !str_ends(rest, "/");
	rest = str_after(device, "/dev/mapper/");
	return rest && *rest && !strchr(rest, '/') && rest[0] != '.';
}

char **lvm_devices(const char *source_dev, struct problems *problems)
{
	autostrv char **devices = strv_split(source_dev ? source_dev : "", ",", false);

	if (!devices) {
		problem(problems, "--source-dev is missing: name the physical volume, such as "
			"/dev/disk/by-path/...");
		return NULL;
	}
	for (size_t i = 0; devices[i]; i++) {
		if (!is_stable(devices[i])) {
			problem(problems, "--source-dev=%s: expected a name that stays the same over "
				"boots, below /dev/disk/ or /dev/mapper/", devices[i]);
			return NULL;
		}
		if (!is_fit(devices[i])) {
			problem(problems, "--source-dev=%s: LVM's filter cannot hold this name; use "
				"another one below /dev/disk/ of the same disk", devices[i]);
			return NULL;
		}
	}
	return take_ptr(devices);
}

/* "^/dev/disk/by-id/x[.]1$": in a class of its own no character is an operator. */
static void write_pattern(FILE *f, const char *device)
{
	fputc('^', f);
	for (; *device; device++)
		fprintf(f, strchr(".+", *device) ? "[%c]" : "%c", *device);
	fputc('$', f);
}

char *lvm_filter_text(char *const *devices)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fputs("# All that LVM sees: the disks that the host's pools name. Written by roost-storage.\n"
	      "devices {\n\tglobal_filter = [", f);
	for (size_t i = 0; devices && devices[i]; i++) {
		fputs(" \"a|", f);
		write_pattern(f, devices[i]);
		fputs("|\",", f);
	}
	fputs(" \"r|.*|\" ]\n", f);
	/* libvirt looks for the pool's devices in what LVM prints. */
	fputs("\tpreferred_names = [", f);
	for (size_t i = 0; devices && devices[i]; i++) {
		fputs(i ? ", \"" : " \"", f);
		write_pattern(f, devices[i]);
		fputc('"', f);
	}
	fputs(" ]\n}\n", f);
	fclose(f);
	return text;
}

static const char *text_of(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

static bool is_same_device(const char *a, const char *b)
{
	autofree char *real_a = realpath(a, NULL), *real_b = realpath(b, NULL);

	return streq(a, b) || (real_a && real_b && streq(real_a, real_b));
}

static const json_t *find_row(const json_t *rows, const char *device)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (is_same_device(text_of(row, "pv_name"), device))
			return row;
	return NULL;
}

/* A group of the same name and another identity, on whichever device. */
static int check_name_is_unique(const json_t *rows, const struct lvm_group *group,
				struct problems *problems)
{
	const json_t *row, *first = NULL;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (!streq(text_of(row, "vg_name"), group->name))
			continue;
		if (first && !streq(text_of(row, "vg_uuid"), text_of(first, "vg_uuid")))
			return problem(problems, "two volume groups are named %s, on %s and on %s: give "
				       "one another name (vgrename %s NAME)", group->name,
				       text_of(first, "pv_name"), text_of(row, "pv_name"),
				       text_of(row, "vg_uuid"));
		first = first ? first : row;
	}
	return 0;
}

static int check_device(const json_t *rows, const struct lvm_group *group, const char *device,
			struct problems *problems)
{
	const json_t *row = find_row(rows, device);
	const char *found = row ? text_of(row, "vg_name") : NULL;

	if (!row)
		return problem(problems, "%s is not a physical volume of LVM, or is one path of a "
			       "multipath disk, whose own name is wanted", device);
	if (!*found)
		return problem(problems, "%s is in no volume group: vgcreate %s %s would make it",
			       device, group->name, device);
	if (!streq(found, group->name))
		return problem(problems, "%s is in the volume group %s, not in %s", device, found,
			       group->name);
	if (!streq(text_of(row, "vg_missing_pv_count"), "0"))
		return problem(problems, "the volume group %s is not whole: %s of its physical volumes "
			       "are away, or not named with --source-dev", group->name,
			       text_of(row, "vg_missing_pv_count"));
	return 0;
}

int lvm_check_report(const json_t *report, const struct lvm_group *group, struct problems *problems)
{
	const json_t *rows = json_object_get(
		json_array_get(json_object_get(report, "report"), 0), "pv");

	if (!json_is_array(rows))
		return problem(problems, "LVM's report was not understood");
	if (check_name_is_unique(rows, group, problems) < 0)
		return -1;
	for (size_t i = 0; group->devices[i]; i++)
		if (check_device(rows, group, group->devices[i], problems) < 0)
			return -1;
	return 0;
}

/* udev's own waiting: for the link, and for udev to know the disk behind it. */
static int wait_for_devices(const struct lvm_group *group, struct problems *problems)
{
	autofree char *timeout = xasprintf("--timeout=%d", LVM_WAIT_S);
	autostrv char **argv = NULL;

	strv_push(&argv, "udevadm");
	strv_push(&argv, "wait");
	strv_push(&argv, timeout);
	for (size_t i = 0; group->devices[i]; i++)
		strv_push(&argv, group->devices[i]);
	if (process_run(&(struct process){ .argv = (const char *const *)argv,
					   .timeout_ms = (LVM_WAIT_S + 5) * 1000 }, NULL, NULL) == 0)
		return 0;
	for (size_t i = 0; group->devices[i]; i++)
		if (access(group->devices[i], F_OK) < 0)
			return problem(problems, "%s is not there (waited %d s)", group->devices[i],
				       LVM_WAIT_S);
	return problem(problems, "udev does not know %s yet", group->devices[0]);
}

int lvm_find_group(const void *arg, struct task_result *ret, struct problems *problems)
{
	static const char *const argv[] = {
		"pvs", "--reportformat", "json", "--options",
		"pv_name,vg_name,vg_uuid,vg_missing_pv_count", NULL,
	};
	const struct lvm_group *group = arg;
	autojson json_t *report = NULL;
	struct process_result result;
	int status;

	if (wait_for_devices(group, problems) < 0)
		return -1;
	status = run_outside(NULL, argv, LVM_ASK_S, &result, problems);
	if (status == 0) {
		const char *text = result.stdout_text ? result.stdout_text : "";

		report = json_read(text, strlen(text), REPORT_MAX, "pvs", problems);
		status = report ? lvm_check_report(report, group, problems) : -1;
	}
	process_result_done(&result);
	if (status == 0)
		ret->note = strv_join(group->devices, ", ");
	return status;
}
