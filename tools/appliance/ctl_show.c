// SPDX-License-Identifier: MIT
/* Hosts as people read them; see ctl_show.h. */
#include "appliance/ctl.h"
#include "appliance/ctl_show.h"
#include "appliance/table.h"

static long long number(const json_t *object, const char *field)
{
	return json_integer_value(json_object_get(object, field));
}

void show_hosts(const json_t *answer, int64_t now, FILE *out)
{
	struct table *table = table_new("ID|NAME|POOL|STATE|ADDRESS|SEEN|REASON");
	unsigned duplicates = 0;
	json_t *host;
	size_t i;

	json_array_foreach(json_object_get(answer, "hosts"), i, host) {
		autofree char *seen = age_text(number(host, "seen_at"), now);

		table_cell(table, ctl_text(host, "id"));
		table_cell(table, ctl_text(host, "name"));
		table_cell(table, ctl_text(host, "pool"));
		table_cell(table, ctl_text(host, "state"));
		table_cell(table, ctl_text(host, "address"));
		table_cell(table, seen);
		table_cell(table, ctl_text(host, "reason"));
		duplicates += (unsigned)number(host, "duplicates");
	}
	table_end(table, out, "no host has registered yet; make a join token with: roostctl token create");
	if (duplicates)
		fprintf(out, "\n%u other machine%s held because of a UUID that is taken; see host show\n",
			duplicates, duplicates == 1 ? " is" : "s are");
}

/* ---- One host ----------------------------------------------------------------------------------- */

static void line(FILE *out, const char *name, const char *text)
{
	autofree char *shown = printable(text);

	if (*shown)
		fprintf(out, "%-12s %s\n", name, shown);
}

static void show_identity(const json_t *host, int64_t now, FILE *out)
{
	autofree char *seen = age_text(number(host, "seen_at"), now);
	autofree char *registered = age_text(number(host, "registered_at"), now);

	line(out, "id", ctl_text(host, "id"));
	line(out, "name", ctl_text(host, "name"));
	line(out, "pool", ctl_text(host, "pool"));
	line(out, "state", ctl_text(host, "state"));
	line(out, "reason", ctl_text(host, "reason"));
	line(out, "address", ctl_text(host, "address"));
	line(out, "kickstart", json_is_true(json_object_get(host, "has_own_kickstart")) ?
				       "its own" : "its pool's");
	line(out, "generation", ctl_text(host, "generation"));
	line(out, "registered", registered);
	line(out, "heartbeat", seen);
}

static void show_hardware(const json_t *facts, FILE *out)
{
	const json_t *machine = json_object_get(facts, "system");
	const json_t *cpu = json_object_get(facts, "cpu");
	const json_t *kvm = json_object_get(facts, "kvm");
	autofree char *model = xasprintf("%s %s", ctl_text(machine, "vendor"),
					 ctl_text(machine, "product"));

	line(out, "machine", str_trim(model));
	line(out, "serial", ctl_text(machine, "serial"));
	line(out, "cpu", ctl_text(cpu, "model"));
	if (number(facts, "memory_mib"))
		fprintf(out, "%-12s %lld MiB\n", "memory", number(facts, "memory_mib"));
	line(out, "firmware", ctl_text(facts, "firmware"));
	if (json_is_object(kvm))
		line(out, "kvm", json_is_true(json_object_get(kvm, "available")) ? "available" :
				 ctl_text(kvm, "reason"));
	line(out, "image", ctl_text(json_object_get(facts, "versions"), "image"));
	line(out, "image sha256", ctl_text(json_object_get(facts, "versions"), "image_sha256"));
}

/* The last one that the host has told of; what it runs on now came after it. */
static void show_crash(const json_t *crash, int64_t now, FILE *out)
{
	autofree char *told = age_text(number(crash, "told_at"), now);
	const json_t *lines = json_object_get(crash, "lines"), *item;
	size_t i;

	if (!json_is_object(crash))
		return;
	fprintf(out, "\nThe kernel has crashed; told %s, %lld record%s:\n", told, number(crash, "records"),
		number(crash, "records") == 1 ? "" : "s");
	line(out, "cause", ctl_text(crash, "summary"));
	json_array_foreach(lines, i, item) {
		autofree char *shown = printable(json_is_string(item) ? json_string_value(item) : "");

		fprintf(out, "  %s\n", shown);
	}
}

static void show_nics(const json_t *facts, FILE *out)
{
	struct table *table = table_new("NIC|MAC|DRIVER|MBIT/S|CARRIER|PATH");
	json_t *nic;
	size_t i;

	json_array_foreach(json_object_get(facts, "nics"), i, nic) {
		table_cell(table, ctl_text(nic, "name"));
		table_cell(table, ctl_text(nic, "mac"));
		table_cell(table, ctl_text(nic, "driver"));
		if (number(nic, "speed_mbps") > 0)
			table_cellf(table, "%lld", number(nic, "speed_mbps"));
		else
			table_cell(table, "");
		table_cell(table, json_is_true(json_object_get(nic, "carrier")) ? "yes" : "no");
		table_cell(table, ctl_text(nic, "path"));
	}
	fputc('\n', out);
	table_end(table, out, "no network card");
}

static void show_disks(const json_t *facts, FILE *out)
{
	struct table *table = table_new("DISK|GB|MODEL|SERIAL");
	json_t *disk;
	size_t i;

	json_array_foreach(json_object_get(facts, "disks"), i, disk) {
		table_cell(table, ctl_text(disk, "name"));
		table_cellf(table, "%.1f", (double)number(disk, "size_bytes") / 1e9);
		table_cell(table, ctl_text(disk, "model"));
		table_cell(table, ctl_text(disk, "serial"));
	}
	fputc('\n', out);
	table_end(table, out, "no disk");
}

/* "12 ms", "3.4 GB": empty when it is not known. */
static void unit_cell(struct table *table, const json_t *item, const char *field, double unit, int digits,
		      const char *word)
{
	if (json_is_integer(json_object_get(item, field)))
		table_cellf(table, "%.*f %s", digits, (double)number(item, field) / unit, word);
	else
		table_cell(table, "");
}

/* A map's paths: how many there are, and which are lost. */
static void map_row(struct table *table, const json_t *map)
{
	const json_t *paths = json_object_get(map, "paths"), *path;
	autostrv char **lost = NULL;
	autofree char *list = NULL;
	size_t i;

	json_array_foreach(paths, i, path)
		if (!streq(ctl_text(path, "state"), "up"))
			strv_pushf(&lost, "%s over %s", ctl_text(path, "disk"), ctl_text(path, "portal"));
	list = lost ? strv_join(lost, ", ") : NULL;
	table_cell(table, ctl_text(map, "name"));
	table_cell(table, ctl_text(map, "device"));
	table_cellf(table, "%zu of %zu", json_array_size(paths) - strv_len(lost), json_array_size(paths));
	table_cell(table, list);
}

static void show_maps(const json_t *storage, FILE *out)
{
	struct table *table = table_new("MULTIPATH|DEVICE|PATHS|LOST");
	long long left_out = number(storage, "maps_left_out");
	const json_t *item, *map;
	bool is_any = false;
	size_t i, j;

	json_array_foreach(json_object_get(storage, "items"), i, item)
		json_array_foreach(json_object_get(item, "maps"), j, map) {
			map_row(table, map);
			is_any = true;
		}
	if (is_any)
		fputc('\n', out);
	table_end(table, out, NULL);
	if (left_out > 0)
		fprintf(out, "and %lld more\n", left_out);
}

/* As `roost storage status` has it on the host. */
static void show_storage(const json_t *storage, FILE *out)
{
	long long left_out = number(storage, "left_out");
	struct table *table;
	json_t *item;
	size_t i;

	if (!json_array_size(json_object_get(storage, "items")))
		return;
	table = table_new("STORAGE|NAME|STATE|LATENCY|FREE|WHY");
	json_array_foreach(json_object_get(storage, "items"), i, item) {
		table_cell(table, ctl_text(item, "kind"));
		table_cell(table, ctl_text(item, "name"));
		table_cell(table, ctl_text(item, "state"));
		unit_cell(table, item, "latency_ms", 1, 0, "ms");
		unit_cell(table, item, "free_bytes", 1e9, 1, "GB");
		table_cell(table, *ctl_text(item, "reason") ? ctl_text(item, "reason") : ctl_text(item, "note"));
	}
	fputc('\n', out);
	table_end(table, out, NULL);
	if (left_out > 0)
		fprintf(out, "and %lld more\n", left_out);
	if (json_is_false(json_object_get(storage, "is_applied")))
		fputs("the present configuration is not applied yet\n", out);
	show_maps(storage, out);
}

/* Seconds since the kernel started, and since the event before. */
static void show_timeline(const json_t *timeline, FILE *out)
{
	struct table *table = table_new("SECONDS|STEP|EVENT|");
	long long before_ms = 0;
	json_t *entry;
	size_t i;

	json_array_foreach(timeline, i, entry) {
		long long t_ms = number(entry, "t_ms");

		table_cellf(table, "%7.1f", (double)t_ms / 1000);
		table_cellf(table, "%+.1f", (double)(t_ms - before_ms) / 1000);
		table_cell(table, ctl_text(entry, "event"));
		table_cell(table, ctl_text(entry, "text"));
		before_ms = t_ms;
	}
	fputc('\n', out);
	table_end(table, out, "no timeline yet");
}

static void show_duplicates(const json_t *held, int64_t now, FILE *out)
{
	struct table *table;
	json_t *one;
	size_t i;

	if (json_array_size(held) == 0)
		return;
	fputs("\nOther machines with this UUID, held (remove this host to let one of them in):\n", out);
	table = table_new("ADDRESS|MACHINE|SERIAL|MAC|TRIED|LAST");
	json_array_foreach(held, i, one) {
		const json_t *facts = json_object_get(one, "facts");
		const json_t *machine = json_object_get(facts, "system");
		autofree char *last = age_text(number(one, "last_at"), now);

		table_cell(table, ctl_text(one, "address"));
		table_cell(table, ctl_text(machine, "product"));
		table_cell(table, ctl_text(machine, "serial"));
		table_cell(table, ctl_text(json_array_get(json_object_get(facts, "nics"), 0), "mac"));
		table_cellf(table, "%lld times", number(one, "times"));
		table_cell(table, last);
	}
	table_end(table, out, NULL);
}

void show_host(const json_t *host, int64_t now, FILE *out)
{
	const json_t *facts = json_object_get(host, "facts");
	const json_t *heartbeat = json_object_get(host, "heartbeat");

	show_identity(host, now, out);
	show_hardware(facts, out);
	show_nics(facts, out);
	show_disks(facts, out);
	show_storage(json_object_get(heartbeat, "storage"), out);
	show_crash(json_object_get(facts, "crash"), now, out);
	show_timeline(json_object_get(heartbeat, "timeline"), out);
	show_duplicates(json_object_get(host, "held_duplicates"), now, out);
}
