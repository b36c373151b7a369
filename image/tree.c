// SPDX-License-Identifier: MIT
/* Small things done to a root tree. */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/lint.h"
#include "image/tree.h"
#include "image/workspace.h"

char *tree_kernel_version(const char *root, struct problems *problems)
{
	autofree char *pattern = path_in_root(root, "/usr/lib/modules/*/kernel");
	glob_t found = { 0 };
	char *version = NULL;

	if (glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1) {
		char *slash = strrchr(found.gl_pathv[0], '/');

		*slash = '\0';
		version = xstrdup(strrchr(found.gl_pathv[0], '/') + 1);
	} else {
		problem(problems, "%s: %zu kernels: expected one", pattern, found.gl_pathc);
	}
	globfree(&found);
	return version;
}

void tree_plain_module(char *path)
{
	static const char *const packed[] = { ".ko.xz", ".ko.zst", ".ko.gz" };

	for (size_t i = 0; i < ARRAY_SIZE(packed); i++)
		if (str_ends(path, packed[i]))
			path[strlen(path) - strlen(packed[i]) + strlen(".ko")] = '\0';
}

int tree_remove_module_symbols(const char *root, struct problems *problems)
{
	autofree char *pattern = path_in_root(root, "/usr/lib/modules/*/modules.symbols");
	glob_t found = { 0 };
	int r = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
			if (unlink(found.gl_pathv[i]) < 0)
				r = problem_errno(problems, errno, "%s", found.gl_pathv[i]);
	globfree(&found);
	return r;
}

/* Programs that busybox has too, but that would be wrong here: package managers, another init. */
static const char *const unwanted_applets[] = {
	"ar", "busybox", "dpkg", "dpkg-deb", "getty", "halt", "init", "linuxrc", "login", "passwd",
	"poweroff", "reboot", "rpm", "rpm2cpio", "su", "sulogin", "telnet", "tftp", "udhcpc",
	"udhcpd", "vlock", NULL,
};

/* A link that leads nowhere (Debian's "alternatives", of a program that went) is taken away. */
static bool name_is_taken(const char *root, const char *name)
{
	static const char *const folders[] = { "/usr/bin", "/usr/sbin" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		autofree char *path = xasprintf("%s/%s", folders[i], name);
		autofree char *full = path_in_root(root, path);

		if (lint_exists(root, path))
			return true;
		unlink(full);
	}
	return false;
}

static bool is_unwanted(const char *name)
{
	for (const char *const *u = unwanted_applets; *u; u++)
		if (streq(*u, name))
			return true;
	return false;
}

/* `applet` as busybox --list-full says it: "bin/ls", "usr/sbin/chroot". */
static int link_applet(const char *root, const char *applet, struct problems *problems)
{
	const char *name = strrchr(applet, '/');
	bool is_for_root = strstr(applet, "sbin/") != NULL;
	autofree char *path = NULL;

	name = name ? name + 1 : applet;
	if (is_unwanted(name) || name_is_taken(root, name))
		return 0;
	path = xasprintf("%s/usr/%s/%s", root, is_for_root ? "sbin" : "bin", name);
	if (symlink(is_for_root ? "../bin/busybox" : "busybox", path) < 0)
		return problem_errno(problems, errno, "%s", path);
	return 0;
}

int tree_link_busybox(const struct build *build, const char *root, struct problems *problems)
{
	static const char *const argv[] = { "busybox", "--list-full", NULL };
	autofree char *text = NULL;
	autostrv char **applets = NULL;
	const struct chroot_command command = { .root = root, .argv = argv, .is_quiet = true,
		.ret_output = &text };

	if (run_command(build, &command, problems) < 0)
		return -1;
	applets = strv_split(text, "\n", false);
	for (size_t i = 0; applets && applets[i]; i++)
		if (link_applet(root, applets[i], problems) < 0)
			return -1;
	return 0;
}

static int write_setting(const char *root, const char *path, const char *name, const char *value,
			 struct problems *problems)
{
	autofree char *file = path_in_root(root, path);
	autofree char *text = NULL;

	if (!value)
		return 0;
	text = xasprintf("%s=%s\n", name, value);
	return file_write_text(file, 0644, text, problems);
}

static int set_timezone(const char *root, const struct image_timezone *wanted,
			struct problems *problems)
{
	const char *zone = wanted->zone ? wanted->zone : "UTC";
	autofree char *link = path_in_root(root, "/etc/localtime");
	autofree char *target = xasprintf("../usr/share/zoneinfo/%s", zone);
	autofree char *file = xasprintf("%s/usr/share/zoneinfo/%s", root, zone);

	if (!path_exists(file))
		return problem_at(problems, wanted->at.file, wanted->at.line,
				  "timezone: %s: the image has no such time zone", zone);
	if ((unlink(link) < 0 && errno != ENOENT) || symlink(target, link) < 0)
		return problem_errno(problems, errno, "%s", link);
	return 0;
}

/* An empty machine-id is filled in at boot; one in the image would be every host's. */
static int forget_identity(const char *root, struct problems *problems)
{
	static const char *const identities[] = { "/etc/hostname", "/etc/ssh/ssh_host_*",
		"/etc/iscsi/initiatorname.iscsi", "/var/lib/dbus/machine-id",
		"/var/lib/systemd/random-seed", "/etc/nvme/host*" };
	autofree char *machine_id = path_in_root(root, "/etc/machine-id");

	for (size_t i = 0; i < ARRAY_SIZE(identities); i++) {
		autofree char *pattern = path_in_root(root, identities[i]);
		glob_t found = { 0 };

		if (glob(pattern, 0, NULL, &found) == 0)
			for (size_t j = 0; j < found.gl_pathc; j++)
				remove_tree(found.gl_pathv[j], problems);
		globfree(&found);
	}
	return file_write(machine_id, 0444, "", 0, problems);
}

static int make_empty(const char *root, const char *folder, mode_t mode, struct problems *problems)
{
	autofree char *path = path_in_root(root, folder);

	if (remove_tree(path, problems) < 0)
		return -1;
	if (mkdir(path, mode) < 0 || chmod(path, mode) < 0)
		return problem_errno(problems, errno, "%s", path);
	return 0;
}

int tree_write_settings(const struct build *build, const char *root, struct problems *problems)
{
	static const struct { const char *path; mode_t mode; } empty[] = {
		{ "/dev", 0755 }, { "/proc", 0555 }, { "/run", 0755 }, { "/sys", 0555 },
		{ "/tmp", 01777 }, { "/var/tmp", 01777 }, { "/var/cache", 0755 },
		{ "/var/log", 0755 },
	};
	const struct image_config *config = &build->config;

	if (write_setting(root, "/etc/locale.conf", "LANG",
			  config->lang.value ? config->lang.value : "C.UTF-8", problems) < 0 ||
	    write_setting(root, "/etc/vconsole.conf", "KEYMAP", config->keyboard.value,
			  problems) < 0 ||
	    set_timezone(root, &config->timezone, problems) < 0 ||
	    forget_identity(root, problems) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++)
		if (make_empty(root, empty[i].path, empty[i].mode, problems) < 0)
			return -1;
	return 0;
}

int tree_mount_image(const struct build *build, bool with_tools, char **ret,
		     struct problems *problems)
{
	autofree char *tree = stage_path(build, "rootfs", "tree");
	autofree char *trimmed = stage_path(build, "trim", "upper");
	autofree char *tools = stage_path(build, "layer-tools", "tree");
	const char *const all[] = { tools, trimmed, tree, NULL };

	return stack_mount(build, with_tools ? "image" : "packages", with_tools ? all : all + 1,
			   NULL, NULL, ret, problems);
}
