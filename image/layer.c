// SPDX-License-Identifier: MIT
/* Packing squashfs layers. */
#include "common/file.h"
#include "image/layer.h"
#include "image/workspace.h"

static const struct { const char *name, *words; } compressions[] = {
	/* Packing takes 3 seconds of processor time, and the result is a quarter larger than small. */
	{ "fast", "-comp zstd -Xcompression-level 3" },
	/* 10 seconds, and a tenth larger. */
	{ "normal", "-comp zstd -Xcompression-level 9" },
	/* More than two minutes: for a release. */
	{ "small", "-comp zstd -Xcompression-level 19" },
	/* The smallest, and the slowest to boot. */
	{ "xz", "-comp xz -Xbcj x86" },
};

const char *layer_compression(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++)
		if (streq(compressions[i].name, name))
			return compressions[i].words;
	return NULL;
}

char *layer_compression_names(void)
{
	autostrv char **names = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(compressions); i++)
		strv_push(&names, compressions[i].name);
	return strv_join(names, ", ");
}

static char **pack_argv(const struct build *build, const char *file, time_t date, bool is_ours)
{
	autostrv char **compression = strv_split(build->compression, " ", false);
	char **argv = NULL;

	/* mksquashfs refuses times on its command line beside the variable. */
	for (const char *const *w = (const char *const[]){ "env", "-u", "SOURCE_DATE_EPOCH",
			"mksquashfs", "/build/tree", NULL }; *w; w++)
		strv_push(&argv, *w);
	strv_pushf(&argv, "/build/output/%s", file);
	for (const char *const *w = (const char *const[]){ "-noappend", "-no-progress", "-quiet",
			"-no-exports", "-b", "1M", "-all-time", NULL }; *w; w++)
		strv_push(&argv, *w);
	strv_pushf(&argv, "%lld", (long long)date);
	strv_push(&argv, "-mkfs-time");
	strv_pushf(&argv, "%lld", (long long)date);
	if (is_ours)
		strv_push(&argv, "-all-root");
	for (size_t i = 0; compression[i]; i++)
		strv_push(&argv, compression[i]);
	return argv;
}

int layer_pack(const struct build *build, const char *tree, const char *folder, const char *file,
	       time_t date, bool is_ours, struct problems *problems)
{
	autostrv char **argv = pack_argv(build, file, date, is_ours);
	const struct buildroot_bind binds[] = {
		{ tree, "/build/tree", false },
		{ folder, "/build/output", true },
		{ 0 },
	};

	return run_in_buildroot(build, binds, (const char *const *)argv, problems);
}

int layer_packages_date(const struct build *build, time_t *ret, struct problems *problems)
{
	autofree char *path = stage_path(build, "rootfs", "date");
	autofree char *line = file_read_line(path);
	long long date;

	if (!line || !str_to_int(line, 1, 1LL << 40, &date))
		return problem(problems, "%s: expected a number of seconds", path);
	*ret = (time_t)date;
	return 0;
}
