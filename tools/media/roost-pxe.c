// SPDX-License-Identifier: MIT
/*
 * roost-pxe: writes a network boot tree from roost.iso.
 *
 *	options   pxe_options.c   what was asked for, checked
 *	source    pxe_source.c    what is on the image: iso_files.c, efi_files.c
 *	menus     pxe_menus.c     the texts: template.c
 *	write     pxe_write.c     the tree: layers_cpio.c, boot_tree.c
 */
#include <libgen.h>
#include <sys/stat.h>

#include "common/cli.h"
#include "common/json.h"
#include "media/pxe_write.h"

struct result {
	const struct pxe_options *options;
	const struct pxe_source *source;
	const struct pxe_menus *menus;
	const char *dir;
	struct boot_tree_file *files;
	size_t count;
};

static uint64_t total_bytes(const struct result *result)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < result->count; i++)
		sum += result->files[i].size_bytes;
	return sum;
}

/* What to type next. */
static char *next_step(const struct result *result)
{
	return xasprintf("dnsmasq -d -C %s/dnsmasq.conf", result->dir);
}

static void print_json(const struct result *result)
{
	autofree char *next = next_step(result);
	json_t *files = json_array();
	autojson json_t *report = NULL;

	for (size_t i = 0; i < result->count; i++)
		json_array_append_new(files, json_pack("{s:s, s:I, s:s?}", "path",
			result->files[i].path, "size_bytes",
			(json_int_t)result->files[i].size_bytes, "sha256", result->files[i].sha256));
	report = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o}", "dir", result->dir, "image",
		result->source->iso, "version", result->source->manifest.version, "manifest_sha256",
		result->source->manifest_sha256, "kernel_arguments", result->menus->arguments,
		"written", !result->options->is_dry_run, "next", next, "urls", json_strings(result->options->urls),
		"files", files);
	json_print(report, stdout);
}

static void print_plan(const struct result *result)
{
	autofree char *sum = size_text(total_bytes(result));

	for (size_t i = 0; i < result->count; i++) {
		autofree char *size = size_text(result->files[i].size_bytes);

		printf("%10s  %s\n", size, result->files[i].path);
	}
	printf("%10s  in all would be written to %s\n", sum, result->dir);
}

static void print_text(const struct result *result)
{
	autofree char *sum = size_text(total_bytes(result)), *next = next_step(result);
	autofree char *urls = result->options->urls ? strv_join(result->options->urls, " and ") : NULL;

	printf("%s: boots Roost %s, %zu files, %s\n", result->dir, result->source->manifest.version,
	       result->count, sum);
	if (urls)
		printf("Next: serve it as %s, and run (as root): %s\n", urls, next);
	else
		printf("Next (as root): %s\n", next);
}

/* dnsmasq gives up root, and then reads the tree as everyone does. */
static void warn_of_closed_folders(const char *dir)
{
	autofree char *path = xstrdup(dir);
	struct stat st;

	for (char *p = dirname(path); !streq(p, "/"); p = dirname(p))
		if (stat(p, &st) == 0 && !(st.st_mode & S_IXOTH))
			log_warning("%s: others than its owner cannot search it, so dnsmasq will not find "
				    "the tree: choose a folder such as /srv/roost, or run dnsmasq with "
				    "--user=root", p);
}

static int write_tree(struct result *result, struct problems *problems)
{
	struct progress *progress = progress_new();
	bool is_damaged = false;
	int r = pxe_write(result->source, result->menus, result->dir, progress, &result->files,
			  &result->count, &is_damaged, problems);

	progress_free(progress);
	if (r < 0)
		return cli_fail(problems, is_damaged ? EXIT_PERMANENT : EXIT_TEMPORARY);
	warn_of_closed_folders(result->dir);
	(result->options->is_json ? print_json : print_text)(result);
	return EXIT_DONE;
}

static int make_tree(struct result *result, struct problems *problems)
{
	int code = EXIT_DONE;

	if (boot_tree_check(result->dir, problems) < 0)
		return cli_fail(problems, EXIT_PERMANENT);
	if (result->options->is_dry_run) {
		result->files = pxe_plan(result->source, result->menus, &result->count);
		(result->options->is_json ? print_json : print_plan)(result);
	} else {
		code = write_tree(result, problems);
	}
	pxe_plan_free(result->files, result->count);
	return code;
}

static int run(const struct pxe_options *options, struct problems *problems)
{
	struct pxe_source source = { 0 };
	struct pxe_menus menus = { 0 };
	autofree char *dir = NULL;
	int code = EXIT_PERMANENT;

	if (boot_tree_path(options->dir, &dir, problems) < 0 ||
	    pxe_source_read(options->image, &source, problems) < 0 ||
	    pxe_menus_fill(&source, options, dir, &menus, problems) < 0) {
		(void)cli_fail(problems, code);
	} else {
		struct result result = { .options = options, .source = &source, .menus = &menus,
					 .dir = dir };

		code = make_tree(&result, problems);
	}
	pxe_menus_done(&menus);
	pxe_source_done(&source);
	return code;
}

int main(int argc, char **argv)
{
	autoproblems struct problems problems = { 0 };
	struct pxe_options options;
	int code;

	cli_start("roost-pxe");
	/* Servers read the tree, whoever wrote it. */
	umask(022);
	if (pxe_options_read(argc, argv, &options, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	code = run(&options, &problems);
	pxe_options_done(&options);
	return code;
}
