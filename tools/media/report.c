// SPDX-License-Identifier: MIT
/* Texts and JSON of roost-flash; see report.h. */
#include "common/transfer.h"
#include "media/report.h"

char *disk_title(const struct disk *disk)
{
	/* Every SATA disk's vendor is "ATA", and some name themselves in both. */
	if (!disk->vendor || streq(disk->vendor, "ATA") ||
	    (disk->model && str_after(disk->model, disk->vendor)))
		return disk->model ? xstrdup(disk->model) : NULL;
	return xasprintf("%s%s%s", disk->vendor, disk->model ? " " : "",
			 disk->model ? disk->model : "");
}

json_t *disk_json(const struct disk *disk)
{
	return json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:I, s:b}", "name", disk->name, "model",
			 disk->model, "vendor", disk->vendor, "serial", disk->serial, "transport",
			 disk->transport, "size_bytes", (json_int_t)disk->size_bytes, "removable",
			 disk->is_external);
}

/* ---- The target ---------------------------------------------------------------------------------- */

static void report_content(FILE *out, const struct content *content)
{
	autofree char *size = size_text(content->size_bytes);

	if (content->partition)
		fprintf(out, "  partition %d: %s, ", content->partition, size);
	else
		fprintf(out, "  as a whole: ");
	fprintf(out, "%s%s%s%s\n", content->type ? content->type : "nothing known",
		content->label ? " \"" : "", content->label ? content->label : "",
		content->label ? "\"" : "");
}

static void report_contents(FILE *out, const struct contents *contents)
{
	if (contents_is_empty(contents))
		fprintf(out, "  nothing known is on it\n");
	if (contents->table)
		fprintf(out, "  partition table: %s\n", contents->table);
	for (size_t i = 0; i < contents->count; i++)
		report_content(out, &contents->items[i]);
}

static void report_disk(FILE *out, const struct target *target)
{
	autofree char *title = disk_title(&target->disk), *size = size_text(target->size_bytes);

	fprintf(out, "%s: %s%s%s, %s, %s (%llu bytes)%s\n", target->path,
		title ? title : "unknown model", target->disk.serial ? ", serial " : "",
		target->disk.serial ? target->disk.serial : "",
		target->disk.transport ? target->disk.transport : "unknown transport", size,
		(unsigned long long)target->size_bytes,
		target->disk.is_external ? "" : ", BUILT IN: not a removable or USB disk");
}

void report_target(FILE *out, const struct target *target)
{
	autofree char *size = size_text(target->size_bytes);

	if (target->is_disk)
		report_disk(out, target);
	else
		fprintf(out, "%s: %s\n", target->path, target->is_new ? "a new file" : size);
	if (!target->is_new && target->size_bytes > 0)
		report_contents(out, &target->contents);
}

json_t *target_json(const struct target *target)
{
	json_t *items = json_array(), *json;

	for (size_t i = 0; i < target->contents.count; i++) {
		const struct content *content = &target->contents.items[i];

		json_array_append_new(items, json_pack("{s:i, s:s?, s:s?}", "partition",
			content->partition, "type", content->type, "label", content->label));
	}
	json = json_pack("{s:s, s:s, s:I, s:{s:s?, s:o}}", "path", target->path, "kind",
			 target->is_disk ? "disk" : "file", "size_bytes",
			 (json_int_t)target->size_bytes, "contents", "table",
			 target->contents.table, "items", items);
	if (target->is_disk)
		json_object_set_new(json, "disk", disk_json(&target->disk));
	return json;
}

/* ---- What is written ----------------------------------------------------------------------------- */

static void site_files(const struct site *site, char ***ret)
{
	if (site->kickstart)
		strv_push(ret, "ks.cfg");
	if (site->token)
		strv_push(ret, "roost.token");
}

void report_layout(FILE *out, const struct layout *layout, const struct site *site)
{
	autofree char *size = size_text(layout->image->size_bytes);
	autostrv char **files = NULL;
	autofree char *list = NULL;

	fprintf(out, "%s: Roost %s, %s, SHA-256 %s (%s)\n", layout->image->path,
		layout->image->version, size, layout->image->sha256,
		layout->image->is_compared ? "as in the .sha256 beside it" :
					     "there is no .sha256 beside it to compare with");
	if (!layout->site_number)
		return;
	site_files(site, &files);
	list = strv_join(files, " and ");
	fprintf(out, "  partition %u, " SITE_LABEL ": %s\n", layout->site_number, list);
}

json_t *image_json(const struct image_file *image)
{
	return json_pack("{s:s, s:s, s:I, s:s, s:b}", "path", image->path, "version",
			 image->version, "size_bytes", (json_int_t)image->size_bytes, "sha256",
			 image->sha256, "compared", image->is_compared);
}

json_t *site_json(const struct layout *layout, const struct site *site)
{
	autostrv char **files = NULL;

	if (!layout->site_number)
		return json_null();
	site_files(site, &files);
	return json_pack("{s:i, s:I, s:I, s:s, s:o}", "partition", (int)layout->site_number,
			 "offset_bytes", (json_int_t)layout->site_bytes, "size_bytes",
			 (json_int_t)SITE_BYTES, "label", SITE_LABEL, "files",
			 json_strings(files));
}

/* ---- The list ------------------------------------------------------------------------------------ */

/* Calls `show` for each disk with the reasons why it is no candidate. */
static void each_disk(const char *root,
		      void (*show)(const struct disk *disk, const struct problems *reasons,
				   void *userdata), void *userdata)
{
	autostrv char **names = disk_names(root);

	for (char **name = names; name && *name; name++) {
		autoproblems struct problems reasons = { 0 };
		struct disk disk;

		if (disk_read(root, *name, &disk, NULL) < 0)
			continue;
		(void)disk_check(&disk, 0, false, &reasons);
		show(&disk, &reasons, userdata);
		disk_done(&disk);
	}
}

static const char *without_name(const struct disk *disk, const char *reason)
{
	const char *rest = str_after(reason, disk->name);

	return rest && str_after(rest, ": ") ? rest + 2 : reason;
}

struct table {
	FILE *out;
	size_t shown;
	size_t candidates;
};

static void show_row(const struct disk *disk, const struct problems *reasons, void *userdata)
{
	struct table *table = userdata;
	autofree char *title = disk_title(disk);
	autofree char *size = disk->size_bytes ? size_text(disk->size_bytes) : xstrdup("-");

	if (table->shown++ == 0)
		fprintf(table->out, "%-10s %10s  %-8s %-34s %s\n", "DISK", "SIZE", "BUS", "MODEL", "SERIAL");
	fprintf(table->out, "%-10s %10s  %-8s %-34s %s\n", disk->name, size,
		disk->transport ? disk->transport : "-", title ? title : "-",
		disk->serial ? disk->serial : "-");
	for (char *const *reason = reasons->items; reason && *reason; reason++)
		fprintf(table->out, "           no: %s\n", without_name(disk, *reason));
	table->candidates += problems_count(reasons) == 0;
}

void report_disks(FILE *out, const char *root)
{
	struct table table = { .out = out };

	each_disk(root, show_row, &table);
	if (table.candidates == 0)
		fprintf(out, "%sno disk here is one to be written: plug in a stick, and list again\n",
			table.shown ? "\n" : "");
}

static void add_row(const struct disk *disk, const struct problems *reasons, void *userdata)
{
	json_t *row = disk_json(disk), *list = json_array();

	for (char *const *reason = reasons->items; reason && *reason; reason++)
		json_array_append_new(list, json_string(without_name(disk, *reason)));
	json_object_set_new(row, "candidate", json_boolean(problems_count(reasons) == 0));
	json_object_set_new(row, "reasons", list);
	json_array_append_new(userdata, row);
}

json_t *disks_json(const char *root)
{
	json_t *list = json_array();

	each_disk(root, add_row, list);
	return json_pack("{s:o}", "disks", list);
}
