// SPDX-License-Identifier: MIT
/* roostctl boot: what machines can load from the appliance. */
#include "appliance/ctl.h"
#include "appliance/table.h"
#include "common/cli.h"

static void line(const char *name, const char *text)
{
	autofree char *shown = printable(text);

	if (*shown)
		printf("%-12s %s\n", name, shown);
}

static void show_image(const json_t *answer)
{
	const json_t *image = json_object_get(answer, "image");
	const json_t *urls = json_object_get(answer, "urls");
	const json_t *url;
	size_t i;

	line("folder", ctl_text(answer, "folder"));
	line("image", ctl_text(image, "version"));
	line("manifest", ctl_text(image, "manifest_sha256"));
	line("arguments", ctl_text(image, "arguments"));
	json_array_foreach(urls, i, url) {
		autofree char *loader = xasprintf("%s/bootx64.efi", json_string_value(url));
		autofree char *script = xasprintf("%s/ipxe/${net0/mac:hexhyp}", json_string_value(url));

		line("plain HTTP", json_string_value(url));
		line("  UEFI HTTP", loader);
		line("  iPXE", script);
	}
	if (json_array_size(urls) == 0)
		puts("plain HTTP   no: roost-appliance was started without --boot-listen");
}

static void show_files(const json_t *answer)
{
	struct table *table = table_new("FILE|FOR|SIZE|STATE");
	const json_t *file;
	size_t i;

	json_array_foreach(json_object_get(answer, "files"), i, file) {
		table_cell(table, ctl_text(file, "path"));
		table_cell(table, ctl_text(file, "for"));
		table_cellf(table, "%lld", (long long)json_integer_value(json_object_get(file, "size_bytes")));
		table_cell(table, ctl_text(file, "state"));
	}
	table_end(table, stdout, NULL);
}

static void show_problems(const json_t *answer)
{
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(answer, "problems"), i, text) {
		autofree char *shown = printable(json_string_value(text));

		log_warning("%s", shown);
	}
}

static void show_all(const json_t *answer)
{
	show_image(answer);
	putchar('\n');
	show_files(answer);
	fflush(stdout);
	show_problems(answer);
}

static int boot_show(struct ctl *ctl)
{
	autojson json_t *answer = NULL;
	int code = ctl_get(ctl, &answer, "/v1/admin/boot");

	code = ctl_show(ctl, code, answer, show_all);
	if (code != EXIT_DONE || json_is_true(json_object_get(answer, "is_bootable")))
		return code;
	log_error("machines cannot boot from here over HTTP: write an image with roost-pxe to the folder of "
		  "--boot-dir");
	return EXIT_PERMANENT;
}

const struct ctl_command ctl_boot_commands[] = {
	{ "boot", "", 0, NULL, boot_show, "what machines can load from here, and what is missing" },
	{ 0 },
};
