// SPDX-License-Identifier: MIT
/*
 * Probes a disk with libblkid; see contents.h. Partitions are looked at where the table says that they
 * are, so that their device nodes are not needed: a file may hold a disk as well.
 */
#include <blkid/blkid.h>

#include "common/clean.h"
#include "media/contents.h"

#define TEXT_MAX 64

static char *lookup(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0 ?
	       clean_text(value, TEXT_MAX) : NULL;
}

static void add(struct contents *contents, int partition, uint64_t size_bytes, char *type, char *label)
{
	contents->items = xreallocarray(contents->items, contents->count + 1,
					sizeof(*contents->items));
	contents->items[contents->count++] = (struct content){ partition, size_bytes, type, label };
}

/* The file system (or RAID member, or swap space) in a part of the disk. */
static void probe_part(int fd, uint64_t start_bytes, uint64_t size_bytes, char **ret_type,
		       char **ret_label)
{
	blkid_probe probe = blkid_new_probe();

	*ret_type = *ret_label = NULL;
	if (probe && blkid_probe_set_device(probe, fd, (blkid_loff_t)start_bytes,
					    (blkid_loff_t)size_bytes) == 0) {
		blkid_probe_enable_superblocks(probe, 1);
		blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
		if (blkid_do_safeprobe(probe) == 0) {
			*ret_type = lookup(probe, "TYPE");
			*ret_label = lookup(probe, "LABEL");
		}
	}
	blkid_free_probe(probe);
}

static void add_partition(int fd, blkid_partition partition, struct contents *contents)
{
	uint64_t start_bytes = (uint64_t)blkid_partition_get_start(partition) * 512;
	uint64_t size_bytes = (uint64_t)blkid_partition_get_size(partition) * 512;
	char *type, *label;

	probe_part(fd, start_bytes, size_bytes, &type, &label);
	if (!label)
		label = clean_text(blkid_partition_get_name(partition), TEXT_MAX);
	add(contents, blkid_partition_get_partno(partition), size_bytes, type, label);
}

static void read_table(int fd, struct contents *contents)
{
	blkid_probe probe = blkid_new_probe();
	blkid_partlist list = NULL;
	blkid_parttable table;

	if (probe && blkid_probe_set_device(probe, fd, 0, 0) == 0) {
		blkid_probe_enable_partitions(probe, 1);
		list = blkid_probe_get_partitions(probe);
	}
	table = list ? blkid_partlist_get_table(list) : NULL;
	if (table)
		contents->table = clean_text(blkid_parttable_get_type(table), TEXT_MAX);
	for (int i = 0; list && i < blkid_partlist_numof_partitions(list) && i < CONTENTS_MAX; i++)
		add_partition(fd, blkid_partlist_get_partition(list, i), contents);
	blkid_free_probe(probe);
}

void contents_read(int fd, struct contents *ret)
{
	char *type, *label;

	*ret = (struct contents){ 0 };
	probe_part(fd, 0, 0, &type, &label);
	if (type)
		add(ret, 0, 0, type, label);
	else
		free(label);
	read_table(fd, ret);
}

bool contents_is_empty(const struct contents *contents)
{
	return !contents->table && contents->count == 0;
}

void contents_done(struct contents *contents)
{
	for (size_t i = 0; i < contents->count; i++) {
		free(contents->items[i].type);
		free(contents->items[i].label);
	}
	free(contents->items);
	free(contents->table);
	*contents = (struct contents){ 0 };
}
