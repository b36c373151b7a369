// SPDX-License-Identifier: MIT
/*
 * From a Debian tree to the image's: %post scripts, %trim, kernel modules decompressed (they
 * compress better together, and load without xz), busybox in the place of what went, and the
 * kickstart's settings. Output: upper/, over rootfs/tree.
 */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/stage_list.h"
#include "image/trim_rules.h"
#include "image/tree.h"
#include "image/workspace.h"

static void add_lines(struct inputs *inputs, const char *name, const struct ks_lines *lines)
{
	inputs_text(inputs, name, NULL);
	for (size_t i = 0; i < lines->count; i++)
		inputs_text(inputs, "line", lines->items[i].text);
}

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	const struct image_config *config = &build->config;

	(void)problems;
	for (size_t i = 0; i < config->trims_count; i++)
		add_lines(inputs, "trim", &config->trims[i].lines);
	for (size_t i = 0; i < config->posts_count; i++) {
		inputs_text(inputs, "interpreter", config->posts[i].interpreter);
		inputs_text(inputs, "where", config->posts[i].is_outside ? "outside" : "inside");
		add_lines(inputs, "post", &config->posts[i].lines);
	}
	for (size_t i = 0; i < config->services_count; i++) {
		inputs_strv(inputs, "enabled", config->services[i].enabled);
		inputs_strv(inputs, "disabled", config->services[i].disabled);
	}
	inputs_text(inputs, "lang", config->lang.value);
	inputs_text(inputs, "keyboard", config->keyboard.value);
	inputs_text(inputs, "timezone", config->timezone.zone);
	return 0;
}

static int run_post(const struct build *build, const struct image_post *post, const char *root,
		    struct problems *problems)
{
	const char *const argv[] = { post->interpreter, NULL };
	autofree char *variable = xasprintf("ROOT=%s", root);
	const char *const env[] = { variable, NULL };
	autofree char *script = NULL;
	struct chroot_command command = { .argv = argv, .root = post->is_outside ? NULL : root,
		.env = post->is_outside ? env : NULL };
	autoproblems struct problems why = { 0 };
	autofree char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&script, &len);

	for (size_t i = 0; i < post->lines.count; i++)
		fprintf(f, "%s\n", post->lines.items[i].text);
	fclose(f);
	command.input = script;
	if (run_command(build, &command, &why) == 0)
		return 0;
	text = problems_text(&why);
	if (post->is_error_fatal)
		return problem_at(problems, post->at.file, post->at.line, "%%post: %s", text);
	progress_say(build->progress, "%s:%u: %%post: %s", post->at.file, post->at.line, text);
	return 0;
}

static int run_posts(const struct build *build, const char *root, struct problems *problems)
{
	for (size_t i = 0; i < build->config.posts_count; i++)
		if (run_post(build, &build->config.posts[i], root, problems) < 0)
			return -1;
	return 0;
}

static int trim(const struct build *build, const char *root, struct problems *problems)
{
	struct trim_rules rules = { 0 };
	autostrv char **idle = NULL;
	int r;

	if (trim_rules_read(&build->config, &rules, problems) < 0)
		return -1;
	r = trim_tree(&rules, root, &idle, problems);
	trim_rules_done(&rules);
	for (size_t i = 0; idle && idle[i]; i++)
		progress_say(build->progress, "%s: there is nothing to trim", idle[i]);
	return r;
}

/* depmod refuses nothing: what a removed module leaves unresolved is found by the lint. */
static int index_modules(const struct build *build, const char *root, struct problems *problems)
{
	autofree char *version = tree_kernel_version(root, problems);
	const struct buildroot_bind binds[] = { { root, "/build/tree", true }, { 0 } };
	/* --force: a cache that was copied with hard links (cp -al) is as good as another. */
	static const char *const find[] = { "find", "/build/tree/usr/lib/modules", "-name",
		"*.ko.xz", "-exec", "xz", "--decompress", "--force", "{}", "+", NULL };
	const char *const depmod[] = { "depmod", "-b", "/build/tree", version, NULL };

	if (!version)
		return -1;
	progress_step(build->progress, "decompressing kernel modules");
	if (run_in_buildroot(build, binds, find, problems) < 0 ||
	    run_in_buildroot(build, binds, depmod, problems) < 0)
		return -1;
	return tree_remove_module_symbols(root, problems);
}

static int apply_services(const struct build *build, const char *root, struct problems *problems)
{
	for (size_t i = 0; i < build->config.services_count; i++) {
		const struct image_services *s = &build->config.services[i];

		for (size_t j = 0; s->enabled && s->enabled[j]; j++) {
			const char *const argv[] = { "systemctl", "enable", s->enabled[j], NULL };
			const struct chroot_command command = { .root = root, .argv = argv };

			if (run_command(build, &command, problems) < 0)
				return -1;
		}
		for (size_t j = 0; s->disabled && s->disabled[j]; j++) {
			const char *const argv[] = { "systemctl", "mask", s->disabled[j], NULL };
			const struct chroot_command command = { .root = root, .argv = argv };

			if (run_command(build, &command, problems) < 0)
				return -1;
		}
	}
	return 0;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *tree = stage_path(build, "rootfs", "tree");
	autofree char *upper = path_join(folder, "upper"), *work = path_join(folder, "work");
	const char *const lower[] = { tree, NULL };
	autofree char *root = NULL;

	if (stack_mount(build, "trim", lower, upper, work, &root, problems) < 0 ||
	    chroot_mounts(root, problems) < 0 || run_posts(build, root, problems) < 0 ||
	    unmount_all(root, problems) < 0)
		return -1;
	free(take_ptr(root));
	/* Mounted anew: what was in the tree's own /dev, /run and /tmp must go too. */
	if (stack_mount(build, "trim", lower, upper, work, &root, problems) < 0 ||
	    trim(build, root, problems) < 0 || index_modules(build, root, problems) < 0 ||
	    tree_link_busybox(build, root, problems) < 0 ||
	    tree_write_settings(build, root, problems) < 0 ||
	    apply_services(build, root, problems) < 0 ||
	    unmount_all(root, problems) < 0)
		return -1;
	return remove_tree(work, problems);
}

static const char *const needs[] = { "rootfs", "buildroot", NULL };

const struct stage stage_trim = {
	.name = "trim",
	.help = "leaving out what a node does not need",
	.version = "5",
	.needs = needs,
	.needs_mib = 512,
	.inputs = inputs,
	.run = run,
};
