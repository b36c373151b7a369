// SPDX-License-Identifier: MIT
/* Mounts and commands of a build. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "image/workspace.h"

#define COMMAND_LIMIT_MS (60 * 60 * 1000)

static char *mount_point(const struct build *build, const char *name)
{
	return xasprintf("%s/mnt/%s", build->cache, name);
}

int workspace_start(const struct build *build, struct problems *problems)
{
	autofree char *path = path_join(build->cache, "mnt");

	if (make_folders(path, 0755, problems) < 0)
		return -1;
	if (mount("tmpfs", path, "tmpfs", 0, "mode=0755") < 0)
		return problem_errno(problems, errno, "%s: mounting a tmpfs", path);
	return 0;
}

/* In a user namespace overlayfs must keep its marks in user.* attributes. */
static bool is_in_user_namespace(void)
{
	autofree char *map = file_read_line("/proc/self/uid_map");
	unsigned inside, outside, count;

	return map && sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 &&
	       count != 4294967295U;
}

static char *overlay_options(const char *const *lower, const char *upper, const char *work)
{
	autostrv char **layers = NULL;
	autofree char *stack = NULL, *writable = NULL;

	for (size_t i = 0; lower[i]; i++)
		strv_push(&layers, lower[i]);
	stack = strv_join(layers, ":");
	writable = upper ? xasprintf(",upperdir=%s,workdir=%s", upper, work) : xstrdup("");
	return xasprintf("%slowerdir=%s%s", is_in_user_namespace() ? "userxattr," : "", stack,
			 writable);
}

int stack_mount(const struct build *build, const char *name, const char *const *lower,
		const char *upper, const char *work, char **ret, struct problems *problems)
{
	autofree char *path = mount_point(build, name);
	autofree char *options = overlay_options(lower, upper, work);

	if (make_folders(path, 0755, problems) < 0)
		return -1;
	if (upper && (make_folders(upper, 0755, problems) < 0 ||
		      make_folders(work, 0755, problems) < 0))
		return -1;
	if (mount("overlay", path, "overlay", 0, options) < 0)
		return problem_errno(problems, errno, "%s: mounting an overlay (%s)", path, options);
	*ret = take_ptr(path);
	return 0;
}

int bind_mount(const char *from, const char *to, bool read_only, struct problems *problems)
{
	if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
		return problem_errno(problems, errno, "%s: mounting it at %s", from, to);
	/* In a user namespace a remount may not drop flags that the mount came with. */
	if (read_only && mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0 &&
	    mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
		return problem_errno(problems, errno, "%s: making it read-only", to);
	return 0;
}

static int mount_tmpfs(const char *root, const char *folder, struct problems *problems)
{
	autofree char *path = path_in_root(root, folder);

	if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
		return problem_errno(problems, errno, "%s: mounting a tmpfs", path);
	return 0;
}

/* The image's /etc/resolv.conf is systemd-resolved's link into /run. */
static int give_resolver(const char *root, struct problems *problems)
{
	autofree char *to = path_in_root(root, "/run/systemd/resolve/stub-resolv.conf");
	autofree char *text = NULL;

	if (file_read_optional("/etc/resolv.conf", 64 * 1024, &text, NULL, problems) < 0)
		return -1;
	return text ? file_write_text(to, 0644, text, problems) : 0;
}

int chroot_mounts(const char *root, struct problems *problems)
{
	autofree char *proc = path_in_root(root, "/proc");
	autofree char *dev = path_in_root(root, "/dev");

	/* Not a new proc: a user namespace may mount one only where all of the old one is seen. */
	if (bind_mount("/proc", proc, false, problems) < 0 ||
	    bind_mount("/dev", dev, false, problems) < 0 ||
	    mount_tmpfs(root, "/run", problems) < 0 || mount_tmpfs(root, "/tmp", problems) < 0 ||
	    mount_tmpfs(root, "/var/tmp", problems) < 0)
		return -1;
	return give_resolver(root, problems);
}

int unmount_all(const char *path, struct problems *problems)
{
	if (umount2(path, MNT_DETACH) < 0)
		return problem_errno(problems, errno, "%s: unmounting", path);
	return 0;
}

struct output {
	const struct build *build;
	const struct chroot_command *command;
	char *first_error;  /* what went wrong, before all that went wrong after it */
};

static bool is_error(const char *line)
{
	return str_after(line, "E: ") || str_after(line, "dracut[F]") || strstr(line, "rror: ") ||
	       strstr(line, "No space left on device");
}

static void on_line(const char *line, void *userdata)
{
	struct output *output = userdata;
	const char *text = str_after(line, "I: "); /* mmdebstrap's and dracut's way */

	if (output->build->log)
		fprintf(output->build->log, "%s\n", line);
	if (!output->first_error && is_error(line))
		output->first_error = xstrdup(line);
	if (!output->command->is_quiet && *line)
		progress_step(output->build->progress, "%s", text ? text : line);
}

static char **command_argv(const struct chroot_command *command)
{
	char **argv = NULL;

	if (command->root) {
		strv_push(&argv, "chroot");
		strv_push(&argv, command->root);
	}
	for (size_t i = 0; command->argv[i]; i++)
		strv_push(&argv, command->argv[i]);
	return argv;
}

static void explain(const struct output *output, const struct problems *why,
		    struct problems *problems)
{
	const char *program = output->command->argv[0];
	autofree char *text = problems_text(why);

	if (output->first_error)
		problem(problems, "%s: %s", program, output->first_error);
	else
		problem(problems, "%s: %s", program, text);
}

int run_command(const struct build *build, const struct chroot_command *command,
		struct problems *problems)
{
	autostrv char **argv = command_argv(command), **env = NULL;
	struct output output = { .build = build, .command = command };
	struct process_result result = { 0 };
	autoproblems struct problems why = { 0 };
	struct process process = { .on_line = on_line, .userdata = &output,
		.timeout_ms = COMMAND_LIMIT_MS, .output_max = 4 * 1024 * 1024 };
	int r;

	if (command->root) { /* the caller's may name folders that are not there */
		strv_push(&env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
		strv_push(&env, "HOME=/root");
	}
	strv_push(&env, "LC_ALL=C.UTF-8");
	strv_push(&env, "TZ=UTC"); /* FAT has local times */
	strv_push(&env, "DEBIAN_FRONTEND=noninteractive");
	strv_pushf(&env, "SOURCE_DATE_EPOCH=%lld", (long long)build->source_date);
	for (size_t i = 0; command->env && command->env[i]; i++)
		strv_push(&env, command->env[i]);
	process.argv = (const char *const *)argv;
	process.env = (const char *const *)env;
	process.input = command->input;
	process.input_len = command->input ? strlen(command->input) : 0;
	r = process_run(&process, &result, &why);
	if (r == 0 && command->ret_output)
		*command->ret_output = take_ptr(result.stdout_text);
	if (r < 0)
		explain(&output, &why, problems);
	process_result_done(&result);
	free(output.first_error);
	return r;
}

int run_in_buildroot(const struct build *build, const struct buildroot_bind *binds,
		     const char *const *argv, struct problems *problems)
{
	autofree char *tree = stage_path(build, "buildroot", "tree");
	autofree char *root = mount_point(build, "buildroot");
	struct chroot_command command = { .root = root, .argv = argv };
	int r;

	if (make_folders(root, 0755, problems) < 0 || bind_mount(tree, root, true, problems) < 0)
		return -1;
	r = chroot_mounts(root, problems);
	for (const struct buildroot_bind *b = binds; r == 0 && b->to; b++) {
		autofree char *to = path_in_root(root, b->to);

		if (b->from)
			r = bind_mount(b->from, to, !b->is_writable, problems);
	}
	if (r == 0)
		r = run_command(build, &command, problems);
	if (unmount_all(root, problems) < 0)
		r = -1;
	return r;
}
