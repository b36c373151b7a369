// SPDX-License-Identifier: MIT
/* The Range header of one request (RFC 9110, section 14). */
#ifndef APPLIANCE_RANGES_H
#define APPLIANCE_RANGES_H

#include <stdint.h>

enum range_kind {
	RANGE_WHOLE,         /* none, several, or not understood: the whole file is a right answer */
	RANGE_PART,
	RANGE_UNSATISFIABLE, /* begins behind the end */
};

/* Sets *ret_offset and *ret_length for RANGE_PART only. */
enum range_kind range_parse(const char *header, uint64_t size, uint64_t *ret_offset,
			    uint64_t *ret_length);

#endif
