// SPDX-License-Identifier: MIT
/*
 * ISO 9660 and MBR; see iso.h. From ECMA-119, section 8.4 (primary volume descriptor), whose numbers
 * stand in both byte orders; and from the UEFI specification, section 5.2.1 (legacy master boot
 * record), little-endian.
 */
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
