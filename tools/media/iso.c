// SPDX-License-Identifier: MIT
/*
 * ISO 9660 and MBR; see iso.h. Files are read by libarchive. The header is read here, from ECMA-119,
 * section 8.4 (primary volume descriptor), whose numbers stand in both byte orders; and from the UEFI
 * specification, section 5.2.1 (legacy master boot record), little-endian.
 */
#include <archive.h>
#include <archive_entry.h>
#include <endian.h>

#include "common/clean.h"
#include "media/iso.h"

#define PVD_OFFSET (16 * ISO_BLOCK_BYTES)
#define PVD_LABEL 40
#define PVD_LABEL_LEN 32
#define PVD_BLOCKS 80
#define PVD_BLOCK_BYTES 128
#define MBR_SIGNATURE 510
#define GPT_PROTECTIVE 0xee
#define ENTRIES_MAX 10000 /* files on the ISO that are passed on the way to the one that is read */

static uint16_t le16(const unsigned char *p)
{
	uint16_t n;

	memcpy(&n, p, sizeof(n));
	return le16toh(n);
}

static uint32_t le32(const unsigned char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return le32toh(n);
}

bool mbr_read(const unsigned char sector[SECTOR_BYTES], struct mbr_entry ret[MBR_ENTRIES])
{
	for (size_t i = 0; i < MBR_ENTRIES; i++) {
		const unsigned char *entry = sector + MBR_TABLE + i * MBR_ENTRY_BYTES;

		ret[i] = (struct mbr_entry){ .type = entry[4], .start_sectors = le32(entry + 8),
					     .size_sectors = le32(entry + 12) };
	}
	return sector[MBR_SIGNATURE] == 0x55 && sector[MBR_SIGNATURE + 1] == 0xaa;
}

static void read_label(const unsigned char *pvd, char ret[PVD_LABEL_LEN + 1])
{
	char raw[PVD_LABEL_LEN + 1] = "";
	autofree char *label = NULL;

	memcpy(raw, pvd + PVD_LABEL, PVD_LABEL_LEN);
	label = clean_text(raw, PVD_LABEL_LEN);
	snprintf(ret, PVD_LABEL_LEN + 1, "%s", label ? label : "");
}

static void read_partitions(const unsigned char *sector, struct iso_header *header)
{
	bool has_signature = mbr_read(sector, header->partitions);

	for (size_t i = 0; has_signature && i < MBR_ENTRIES; i++) {
		const struct mbr_entry *entry = &header->partitions[i];
		uint64_t end = ((uint64_t)entry->start_sectors + entry->size_sectors) * SECTOR_BYTES;

		if (!entry->type || entry->type == GPT_PROTECTIVE)
			continue;
		header->is_disk = true;
		if (end > header->size_bytes)
			header->size_bytes = end;
	}
}

int iso_read_header(const unsigned char *data, size_t len, const char *name,
		    struct iso_header *ret, struct problems *problems)
{
	const unsigned char *pvd = data + PVD_OFFSET;
	struct iso_header header = { 0 };

	if (len < ISO_HEADER_BYTES || memcmp(pvd, "\1CD001\1", 7) != 0 ||
	    le16(pvd + PVD_BLOCK_BYTES) != ISO_BLOCK_BYTES)
		return problem(problems, "%s: expected an ISO 9660 image, such as make iso leaves "
			       "in out/roost.iso", name);
	read_label(pvd, header.label);
	header.size_bytes = (uint64_t)le32(pvd + PVD_BLOCKS) * ISO_BLOCK_BYTES;
	read_partitions(data, &header);
	*ret = header;
	return 0;
}

/* ---- Files --------------------------------------------------------------------------------------- */

static void cleanup_archive(struct archive **archive)
{
	archive_read_free(*archive);
}

/* 0 when the next entry to read from is the member. */
static int find_member(struct archive *archive, const char *iso, const char *member,
		       struct archive_entry **ret, struct problems *problems)
{
	for (int i = 0; i < ENTRIES_MAX; i++) {
		int r = archive_read_next_header(archive, ret);
		const char *name;

		if (r == ARCHIVE_EOF)
			break;
		if (r < ARCHIVE_WARN)
			return problem(problems, "%s: %s", iso, archive_error_string(archive));
		name = archive_entry_pathname(*ret);
		if (name && streq(name, member))
			return 0;
	}
	return problem(problems, "%s: %s is not on it: expected an image made by roost-image", iso,
		       member);
}

int iso_read_file(const char *iso, const char *member, size_t max, char **ret, size_t *ret_len,
		  struct problems *problems)
{
	__attribute__((cleanup(cleanup_archive))) struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	autofree char *data = NULL;
	size_t len = 0;
	ssize_t n = 0;

	archive_read_support_format_iso9660(archive);
	if (archive_read_open_filename(archive, iso, 64 * 1024) != ARCHIVE_OK)
		return problem(problems, "%s: %s", iso, archive_error_string(archive));
	if (find_member(archive, iso, member, &entry, problems) < 0)
		return -1;
	data = xmalloc(max + 1);
	while (len <= max && (n = archive_read_data(archive, data + len, max + 1 - len)) > 0)
		len += (size_t)n;
	if (len > max)
		return problem(problems, "%s: %s: larger than %zu bytes", iso, member, max);
	if (n < 0)
		return problem(problems, "%s: %s: %s", iso, member, archive_error_string(archive));
	data[len] = '\0';
	*ret = take_ptr(data);
	if (ret_len)
		*ret_len = len;
	return 0;
}
