// SPDX-License-Identifier: MIT
/*
 * bytes=FIRST-LAST, bytes=FIRST- and bytes=-COUNT, decimal, LAST included; see ranges.h.
 */
#include <limits.h>

#include "appliance/ranges.h"
#include "common/str.h"

static bool number(const char *text, uint64_t *ret)
{
	long long value;

	/* strtoll's signs and spaces are no part of the grammar. */
	if (text[strspn(text, "0123456789")] || !str_to_int(text, 0, LLONG_MAX, &value))
		return false;
	*ret = (uint64_t)value;
	return true;
}

enum range_kind range_parse(const char *header, uint64_t size, uint64_t *ret_offset,
			    uint64_t *ret_length)
{
	const char *spec = header ? str_after(header, "bytes=") : NULL;
	const char *dash = spec ? strchr(spec, '-') : NULL;
	autofree char *first_text = dash ? xstrndup(spec, (size_t)(dash - spec)) : NULL;
	uint64_t first = 0, last = UINT64_MAX;
	bool has_first = dash && dash != spec;
	bool has_last = dash && dash[1];

	if (!dash || (!has_first && !has_last) || (has_first && !number(first_text, &first)) ||
	    (has_last && !number(dash + 1, &last)) || (has_first && last < first))
		return RANGE_WHOLE;
	if (!has_first) { /* the last so many bytes */
		if (last == 0)
			return RANGE_UNSATISFIABLE;
		first = last < size ? size - last : 0;
		last = UINT64_MAX;
	}
	if (first >= size)
		return RANGE_UNSATISFIABLE;
	*ret_offset = first;
	*ret_length = (last < size - 1 ? last + 1 : size) - first;
	return RANGE_PART;
}
