// SPDX-License-Identifier: MIT
/* An image's first bytes, as a download leaves them: nothing in them makes the reader read further, and
 * what is shown of them is fit for a terminal. */
#include "media/iso.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autoproblems struct problems problems = { 0 };
	struct iso_header header;

	if (iso_read_header(data, size, "image", &header, &problems) < 0) {
		require(problems_count(&problems) == 1);
		return 0;
	}
	require(size >= ISO_HEADER_BYTES && strlen(header.label) < sizeof(header.label));
	for (const char *p = header.label; *p; p++)
		require((unsigned char)*p >= ' ' && *p != 0x7f);
	require(header.size_bytes <= (uint64_t)UINT32_MAX * ISO_BLOCK_BYTES);
	if (header.is_disk)
		require(data[510] == 0x55 && data[511] == 0xaa);
	return 0;
}
