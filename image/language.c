// SPDX-License-Identifier: MIT
/*
 * The image's kickstart commands, as tables. All but %trim are pykickstart's.
 */
#include "image/language.h"
#include "image/trim_rules.h"

static const struct ks_option url_options[] = {
	{ "url", &ks_url, offsetof(struct image_url, url),
	  "The Debian mirror; by default the one in this machine's apt sources.",
	  .flags = KS_REQUIRED },
	{ 0 },
};

static const struct ks_command url_command = {
	.name = "url", .help = "Where the packages come from.", .options = url_options,
	.size = sizeof(struct image_url), .offset = offsetof(struct image_config, url),
};

static const struct ks_option repo_options[] = {
	{ "name", &ks_string, offsetof(struct image_repo, name), "The suite, such as trixie-backports.",
	  .flags = KS_REQUIRED, .expected = "a suite such as trixie-backports" },
	{ "baseurl", &ks_url, offsetof(struct image_repo, baseurl),
	  "Its mirror; by default that of the other packages." },
	{ "components", &ks_string, offsetof(struct image_repo, components),
	  "Components, separated by commas.", .separator = ",", .fallback = "main" },
	{ 0 },
};

static const struct ks_command repo_command = {
	.name = "repo", .help = "One more suite to take packages from.", .options = repo_options,
	.size = sizeof(struct image_repo), .offset = offsetof(struct image_config, repos),
	.is_list = true, .count_offset = offsetof(struct image_config, repos_count),
};

/* Debian policy 5.6.1, with the ":arch" of apt; a leading "-" leaves the package out. */
static bool is_package_line(const char *text)
{
	const char *name = text[0] == '-' ? text + 1 : text;

	return name[0] && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789+-.:") == strlen(name);
}

static int check_packages(const struct ks_command *command, const void *values,
			  struct problems *problems)
{
	const struct image_packages *packages = values;
	int r = 0;

	(void)command;
	for (size_t i = 0; i < packages->lines.count; i++) {
		const struct ks_section_line *line = &packages->lines.items[i];

		if (!is_package_line(line->text))
			r = problem_at(problems, line->file, line->line,
				       "%%packages: %s: expected a package name, perhaps after \"-\"",
				       line->text);
	}
	return r;
}

static const struct ks_command packages_command = {
	.name = "%packages",
	.help = "One package a line; -name leaves out one that a dependency would bring.",
	.size = sizeof(struct image_packages), .offset = offsetof(struct image_config, packages),
	.is_list = true, .count_offset = offsetof(struct image_config, packages_count),
	.lines_offset = offsetof(struct image_packages, lines), .check = check_packages,
};

static int check_trim(const struct ks_command *command, const void *values,
		      struct problems *problems)
{
	const struct image_trim *trim = values;

	(void)command;
	return trim_rules_check(&trim->lines, problems);
}

static const struct ks_command trim_command = {
	.name = "%trim",
	.help = "What is left out of the image (Roost's own section). One rule a line: /path or "
		"/pattern*, \"package NAME\" (its files), \"module PATH\" below the kernel's module "
		"folder, \"library NAME\" (shared libraries that nothing left needs). After a \"keep\": what "
		"must stay, whatever the other rules say; it is an error when it is not there. A module "
		"that is kept keeps those that it needs.",
	.size = sizeof(struct image_trim), .offset = offsetof(struct image_config, trims),
	.is_list = true, .count_offset = offsetof(struct image_config, trims_count),
	.lines_offset = offsetof(struct image_trim, lines), .check = check_trim,
};

static const struct ks_option post_options[] = {
	{ "nochroot", &ks_flag, offsetof(struct image_post, is_outside),
	  "Run outside, with the image's root folder in ROOT." },
	{ "erroronfail", &ks_flag, offsetof(struct image_post, is_error_fatal),
	  "A failing script fails the build." },
	{ "interpreter", &ks_path, offsetof(struct image_post, interpreter),
	  "What runs the script.", .fallback = "/bin/sh" },
	{ 0 },
};

static const struct ks_command post_command = {
	.name = "%post", .help = "A script that runs in the root tree before it is trimmed.",
	.options = post_options,
	.size = sizeof(struct image_post), .offset = offsetof(struct image_config, posts),
	.is_list = true, .count_offset = offsetof(struct image_config, posts_count),
	.lines_offset = offsetof(struct image_post, lines),
};

static const struct ks_option services_options[] = {
	{ "enabled", &ks_string, offsetof(struct image_services, enabled),
	  "Units to enable, separated by commas.", .separator = "," },
	{ "disabled", &ks_string, offsetof(struct image_services, disabled),
	  "Units to mask, separated by commas.", .separator = "," },
	{ 0 },
};

static const struct ks_command services_command = {
	.name = "services", .help = "Units of packages to enable or mask.",
	.options = services_options,
	.size = sizeof(struct image_services), .offset = offsetof(struct image_config, services),
	.is_list = true, .count_offset = offsetof(struct image_config, services_count),
};

static const struct ks_option bootloader_options[] = {
	{ "append", &ks_kernel_arguments, offsetof(struct image_bootloader, append),
	  "The kernel command line, beyond what finds the medium." },
	{ "timeout", &ks_integer, offsetof(struct image_bootloader, timeout_s),
	  "Seconds that the boot menu waits.", .fallback = "5", .min = 0, .max = 3600 },
	{ 0 },
};

static const struct ks_command bootloader_command = {
	.name = "bootloader", .help = "The boot menu and the kernel command line.",
	.options = bootloader_options,
	.size = sizeof(struct image_bootloader),
	.offset = offsetof(struct image_config, bootloader),
};

static int check_part(const struct ks_command *command, const void *values,
		      struct problems *problems)
{
	const struct image_part *part = values;

	if (!streq(part->mount_point, "/"))
		return ks_problem(command, values, NULL, problems,
				  "%s: expected /: the image has no other file system",
				  part->mount_point);
	return 0;
}

static const char *const ram_names[] = { "tmpfs", NULL };

static const struct ks_option part_options[] = {
	{ "mount point", &ks_path, offsetof(struct image_part, mount_point), "/",
	  .flags = KS_POSITIONAL | KS_REQUIRED },
	{ "fstype", &ks_word, offsetof(struct image_part, fstype), "tmpfs: it is in RAM.",
	  .names = ram_names, .fallback = "tmpfs" },
	{ "size", &ks_integer, offsetof(struct image_part, size_mib),
	  "MiB of RAM that files written by the running host may take.", .flags = KS_REQUIRED,
	  .min = 16, .max = 1024 * 1024 },
	{ 0 },
};

static const struct ks_command part_command = {
	.name = "part", .help = "The writable layer over the image.", .options = part_options,
	.size = sizeof(struct image_part), .offset = offsetof(struct image_config, part),
	.check = check_part,
};

static const struct ks_option timezone_options[] = {
	{ "zone", &ks_string, offsetof(struct image_timezone, zone), "Such as Europe/Vienna.",
	  .flags = KS_POSITIONAL | KS_REQUIRED, .expected = "a time zone such as UTC" },
	{ "utc", &ks_flag, offsetof(struct image_timezone, is_utc),
	  "The hardware's clock is in UTC; it always is, here." },
	{ 0 },
};

static const struct ks_command timezone_command = {
	.name = "timezone", .help = "The image's time zone, until a host's kickstart names another.",
	.options = timezone_options,
	.size = sizeof(struct image_timezone), .offset = offsetof(struct image_config, timezone),
};

static const struct ks_option lang_options[] = {
	{ "locale", &ks_string, offsetof(struct image_word, value), "Such as C.UTF-8.",
	  .flags = KS_POSITIONAL | KS_REQUIRED, .expected = "a locale such as C.UTF-8" },
	{ 0 },
};

static const struct ks_command lang_command = {
	.name = "lang", .help = "The system's locale.", .options = lang_options,
	.size = sizeof(struct image_word), .offset = offsetof(struct image_config, lang),
};

static const struct ks_option keyboard_options[] = {
	{ "layout", &ks_string, offsetof(struct image_word, value), "Such as us.",
	  .flags = KS_POSITIONAL | KS_REQUIRED, .expected = "a layout such as us" },
	{ 0 },
};

static const struct ks_command keyboard_command = {
	.name = "keyboard", .help = "The console's keyboard.", .options = keyboard_options,
	.size = sizeof(struct image_word), .offset = offsetof(struct image_config, keyboard),
};

static int check_rootpw(const struct ks_command *command, const void *values,
			struct problems *problems)
{
	const struct image_rootpw *rootpw = values;

	if (!rootpw->is_locked)
		return ks_problem(command, values, NULL, problems,
				  "expected --lock: a password in the image would be the same on "
				  "every host");
	return 0;
}

static const struct ks_option rootpw_options[] = {
	{ "lock", &ks_flag, offsetof(struct image_rootpw, is_locked),
	  "Nobody logs in as root with a password." },
	{ 0 },
};

static const struct ks_command rootpw_command = {
	.name = "rootpw", .help = "root's password: there is none in an image.",
	.options = rootpw_options,
	.size = sizeof(struct image_rootpw), .offset = offsetof(struct image_config, rootpw),
	.check = check_rootpw,
};

static const struct ks_command pre_command = {
	.name = "%pre", .help = "Not for an image.",
	.refused = "nothing runs before an image's packages are installed",
};

static const struct ks_command *const commands[] = {
	&bootloader_command, &keyboard_command, &lang_command, &packages_command, &part_command,
	&post_command, &pre_command, &repo_command, &rootpw_command, &services_command,
	&timezone_command, &trim_command, &url_command, NULL,
};

const struct ks_language image_language = {
	.name = "image", .title = "What is in the image", .commands = commands,
	.size = sizeof(struct image_config),
};

static int add_package(const struct ks_section_line *line, char ***wanted, char ***unwanted,
		       struct problems *problems)
{
	const char *name = str_after(line->text, "-");
	char ***list = name ? unwanted : wanted;
	char **other;

	if (!name)
		name = line->text;
	other = list == wanted ? *unwanted : *wanted;
	if (strv_contains(other, name))
		return problem_at(problems, line->file, line->line,
				  "%%packages: %s is both named and left out", name);
	if (!strv_contains(*list, name))
		strv_push(list, name);
	return 0;
}

int image_package_lists(const struct image_config *config, char ***ret_wanted,
			char ***ret_unwanted, struct problems *problems)
{
	autostrv char **wanted = NULL, **unwanted = NULL;
	int r = 0;

	for (size_t i = 0; i < config->packages_count; i++)
		for (size_t j = 0; j < config->packages[i].lines.count; j++)
			if (add_package(&config->packages[i].lines.items[j], &wanted, &unwanted,
					problems) < 0)
				r = -1;
	if (r < 0)
		return -1;
	strv_sort(wanted);
	strv_sort(unwanted);
	*ret_wanted = take_ptr(wanted);
	*ret_unwanted = take_ptr(unwanted);
	return 0;
}
