// SPDX-License-Identifier: MIT
/* Longest common subsequence by the textbook's table; see line_diff.h. */
#include "common/line_diff.h"
#include "common/str.h"

#define LINES_MAX 2000

static char **lines_of(const char *text)
{
	char **lines = strv_split(text ? text : "", "\n", true);
	size_t n = strv_len(lines);

	/* the end of the last line is not a line */
	if (n && lines[n - 1][0] == '\0') {
		free(lines[n - 1]);
		lines[n - 1] = NULL;
	}
	return lines;
}

/* lengths[i * (b_len + 1) + j]: of the longest common subsequence of a[i..] and b[j..] */
static unsigned short *common_lengths(char *const *a, size_t a_len, char *const *b, size_t b_len)
{
	size_t width = b_len + 1;
	unsigned short *lengths = xcalloc((a_len + 1) * width, sizeof(*lengths));

	for (size_t i = a_len; i-- > 0;)
		for (size_t j = b_len; j-- > 0;) {
			unsigned short down = lengths[(i + 1) * width + j];
			unsigned short right = lengths[i * width + j + 1];

			lengths[i * width + j] = streq(a[i], b[j]) ?
				(unsigned short)(lengths[(i + 1) * width + j + 1] + 1) :
				down > right ? down : right;
		}
	return lengths;
}

void line_diff_print(FILE *out, const char *before, const char *after)
{
	autostrv char **a = lines_of(before), **b = lines_of(after);
	size_t a_len = strv_len(a), b_len = strv_len(b), i = 0, j = 0, width = b_len + 1;
	autofree unsigned short *lengths = NULL;

	if (a_len <= LINES_MAX && b_len <= LINES_MAX)
		lengths = common_lengths(a, a_len, b, b_len);
	while (i < a_len || j < b_len) {
		if (lengths && i < a_len && j < b_len && streq(a[i], b[j])) {
			fprintf(out, "  %s\n", a[i++]);
			j++;
		} else if (i < a_len && (j == b_len || !lengths ||
					 lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			fprintf(out, "- %s\n", a[i++]);
		} else {
			fprintf(out, "+ %s\n", b[j++]);
		}
	}
}
