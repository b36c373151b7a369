// SPDX-License-Identifier: MIT
/*
 * MBR through libfdisk; see mbr.h. libfdisk works on something that it can open, so it gets a file in
 * memory that is as long as the disk, has its first sector, and is empty behind that.
 */
#include <errno.h>
#include <libfdisk/libfdisk.h>
#include <sys/mman.h>

#include "media/mbr.h"

static int free_entry(const unsigned char *sector, size_t *ret, struct problems *problems)
{
	struct mbr_entry entries[MBR_ENTRIES];

	if (!mbr_read(sector, entries))
		return problem(problems, "the image has no MBR");
	for (*ret = 0; *ret < MBR_ENTRIES; (*ret)++)
		if (!entries[*ret].type)
			return 0;
	return problem(problems, "the image's partition table has no free entry");
}

static int make_disk(const unsigned char *sector, uint64_t disk_bytes, struct problems *problems)
{
	autoclose int fd = memfd_create("roost-flash-table", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)disk_bytes) < 0 ||
	    pwrite(fd, sector, SECTOR_BYTES, 0) != SECTOR_BYTES)
		return problem_errno(problems, errno, "the partition table's file in memory");
	return take_fd(&fd);
}

static struct fdisk_partition *new_partition(struct fdisk_context *context, size_t number,
					     uint64_t start_bytes, uint64_t size_bytes, unsigned type)
{
	struct fdisk_partition *partition = fdisk_new_partition();
	struct fdisk_parttype *kind =
		fdisk_label_get_parttype_from_code(fdisk_get_label(context, NULL), type);

	if (!partition || !kind || fdisk_partition_set_partno(partition, number) < 0 ||
	    fdisk_partition_set_start(partition, start_bytes / SECTOR_BYTES) < 0 ||
	    fdisk_partition_set_size(partition, size_bytes / SECTOR_BYTES) < 0 ||
	    fdisk_partition_set_type(partition, kind) < 0) {
		fdisk_unref_partition(partition);
		return NULL;
	}
	return partition;
}

/* 0 or a negative errno. */
static int add(struct fdisk_context *context, int fd, size_t number, uint64_t start_bytes,
	       uint64_t size_bytes, unsigned type)
{
	struct fdisk_partition *partition;
	int r;

	/* Questions are answered by default, and there are none left. */
	fdisk_disable_dialogs(context, 1);
	r = fdisk_assign_device_by_fd(context, fd, "roost.iso", 0);
	if (r < 0)
		return r;
	if (!fdisk_is_label(context, DOS))
		return -EINVAL;
	partition = new_partition(context, number, start_bytes, size_bytes, type);
	r = partition ? fdisk_add_partition(context, partition, NULL) : -ENOMEM;
	fdisk_unref_partition(partition);
	return r < 0 ? r : fdisk_write_disklabel(context);
}

int mbr_add_partition(unsigned char sector[SECTOR_BYTES], uint64_t disk_bytes,
		      uint64_t start_bytes, uint64_t size_bytes, unsigned type,
		      unsigned *ret_number, struct problems *problems)
{
	autoclose int fd = -1;
	struct fdisk_context *context;
	size_t number;
	int r;

	if (free_entry(sector, &number, problems) < 0)
		return -1;
	fd = make_disk(sector, disk_bytes, problems);
	if (fd < 0)
		return -1;
	context = fdisk_new_context();
	r = context ? add(context, fd, number, start_bytes, size_bytes, type) : -ENOMEM;
	fdisk_unref_context(context);
	if (r < 0)
		return problem_errno(problems, -r, "adding a partition to the image's table");
	if (pread(fd, sector, SECTOR_BYTES, 0) != SECTOR_BYTES)
		return problem_errno(problems, errno, "the partition table's file in memory");
	*ret_number = (unsigned)number + 1;
	return 0;
}
