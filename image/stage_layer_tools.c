// SPDX-License-Identifier: MIT
/*
 * The upper layer: overlay/, the node's programs, and the image's name, date and versions. It is small, so a
 * change to a program costs seconds. Output: tree/, tools.squashfs.
 */
#include "common/file.h"
#include "common/json.h"
#include "common/process.h"
#include "common/version.h"
#include "image/layer.h"
#include "image/lock.h"
#include "image/stage_list.h"

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *overlay = path_join(build->source, "overlay");
	autofree char *date = xasprintf("%lld", (long long)build->source_date);

	inputs_text(inputs, "version", ROOST_VERSION);
	inputs_text(inputs, "date", date);
	inputs_text(inputs, "compression", build->compression);
	return inputs_tree(inputs, overlay, NULL, problems);
}

static int copy_in(const char *from, const char *tree, struct problems *problems)
{
	autofree char *contents = path_join(from, ".");

	return process_call(problems, "cp", "-a", contents, tree, NULL);
}

/* os-release(5). DEFAULT_HOSTNAME is the name until a configuration or DHCP gives one. */
static int write_os_release(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/usr/lib/os-release");
	struct tm tm;
	char day[16];
	autofree char *text = NULL;

	gmtime_r(&build->source_date, &tm);
	strftime(day, sizeof(day), "%Y%m%d", &tm);
	text = xasprintf("NAME=\"Roost\"\nPRETTY_NAME=\"Roost node %s\"\nID=roost\nID_LIKE=debian\n"
			 "VERSION_ID=%s\nIMAGE_ID=roost-node\nIMAGE_VERSION=%s-%s\n"
			 "DEFAULT_HOSTNAME=roost\n", ROOST_VERSION, ROOST_VERSION, ROOST_VERSION,
			 day);
	return file_write_text(path, 0644, text, problems);
}

/* What a node says about itself (roost facts) without starting the programs to ask them. */
static const struct {
	const char *key, *package;
} recorded[] = {
	{ "qemu", "qemu-system-x86" },
	{ "libvirt", "libvirt-daemon" },
};

static int write_versions(const struct build *build, const char *tree, struct problems *problems)
{
	autofree char *path = path_in_root(tree, "/usr/lib/roost/versions.json");
	autojson json_t *versions = json_object();
	autostrv char **lines = NULL;

	if (lock_read_lines(build, "rootfs", &lines, problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		autostrv char **fields = lock_find(lines, recorded[i].package);

		if (fields)
			json_object_set_new(versions, recorded[i].key, json_string(fields[LOCK_VERSION]));
	}
	return json_write_file(path, 0644, versions, problems);
}

/*
 * Empty files whose times matter. clock-epoch: the clock never starts below the image's date
 * (systemd-timesyncd(8)). .updated: /etc and /var are as new as /usr, so that nothing is rebuilt at
 * every boot (systemd-update-done(8)).
 */
static int write_stamps(const char *tree, struct problems *problems)
{
	static const char *const stamps[] = { "/usr/lib/clock-epoch", "/etc/.updated",
		"/var/.updated" };

	for (size_t i = 0; i < ARRAY_SIZE(stamps); i++) {
		autofree char *path = path_in_root(tree, stamps[i]);

		if (file_write(path, 0644, "", 0, problems) < 0)
			return -1;
	}
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = path_join(folder, "tree");
	autofree char *overlay = path_join(build->source, "overlay");
	autofree char *tools = stage_path(build, "tools", "tree");

	if (make_folders(tree, 0755, problems) < 0 || copy_in(overlay, tree, problems) < 0 ||
	    copy_in(tools, tree, problems) < 0 ||
	    write_os_release(build, tree, problems) < 0 ||
	    write_versions(build, tree, problems) < 0 || write_stamps(tree, problems) < 0)
		return -1;
	/* Whatever umask the clone was made with. */
	if (process_call(problems, "chmod", "-R", "u=rwX,go=rX", tree, NULL) < 0)
		return -1;
	return layer_pack(build, &(struct layer){ .tree = tree, .folder = folder,
		.name = "tools.squashfs", .date = build->source_date, .is_ours = true }, problems);
}

static const char *const needs[] = { "rootfs", "tools", NULL };

const struct stage stage_layer_tools = {
	.name = "layer-tools",
	.help = "packing the tools layer",
	.version = "2",
	.needs = needs,
	.needs_mib = 64,
	.inputs = inputs,
	.run = run,
};
