// SPDX-License-Identifier: MIT
/*
 * The image's SBOM. What is large was hashed before: layers by the manifest, packages by
 * stage_packages.c; here it is only our programs, as they are in the tools layer. Output:
 * roost.spdx.json.
 */
#include <dirent.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/version.h"
#include "image/spdx.h"
#include "image/stage_list.h"

#define INPUT_MAX (4 * 1024 * 1024)

static int inputs(const struct build *build, struct inputs *inputs, struct problems *problems)
{
	autofree char *date = xasprintf("%lld", (long long)build->source_date);

	(void)problems;
	inputs_text(inputs, "date", date);
	return 0;
}

static int is_program(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_program(const char *folder, const char *name, json_t *list, struct problems *problems)
{
	autofree char *path = path_join(folder, name), *digest = NULL;

	if (sha256_file(path, &digest, problems) < 0)
		return -1;
	json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "sha256", digest));
	return 0;
}

static int programs_json(const struct build *build, json_t *list, struct problems *problems)
{
	autofree char *folder = stage_path(build, "tools", "tree/usr/bin");
	struct dirent **entries;
	int count = scandir(folder, &entries, is_program, alphasort), r = 0;

	if (count < 0)
		return problem(problems, "%s: expected the node's programs there", folder);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = add_program(folder, entries[i]->d_name, list, problems);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int run(struct build *build, const char *folder, struct problems *problems)
{
	autofree char *path = path_join(folder, "roost.spdx.json"), *digest = NULL, *line = NULL, *text = NULL;
	autofree char *manifest_path = stage_path(build, "manifest", "roost.manifest.json");
	autofree char *packages_path = stage_path(build, "packages", "packages.json");
	autojson json_t *manifest = json_read_file(manifest_path, INPUT_MAX, problems);
	autojson json_t *packages = NULL, *programs = json_array(), *document = NULL;
	struct spdx_image image = { .version = ROOST_VERSION, .suite = IMAGE_SUITE,
				    .date = build->source_date, .manifest = manifest };

	packages = json_read_file(packages_path, INPUT_MAX, problems);
	if (!manifest || !packages || sha256_file(manifest_path, &digest, problems) < 0 ||
	    programs_json(build, programs, problems) < 0)
		return -1;
	image.manifest_sha256 = digest;
	image.packages = json_object_get(packages, "packages");
	image.programs = programs;
	document = spdx_document(&image);
	line = json_line(document);
	text = xasprintf("%s\n", line);
	return file_write_text(path, 0644, text, problems);
}

static const char *const needs[] = { "packages", "manifest", NULL };

const struct stage stage_sbom = {
	.name = "sbom",
	.help = "the SBOM",
	.version = "2",
	.needs = needs,
	.needs_mib = 8,
	.inputs = inputs,
	.run = run,
};
