// SPDX-License-Identifier: MIT
/* "Did you mean": the name with the smallest edit distance. */
#include "kickstart/options.h"

#define MAX_WORD 32 /* longer words have no near name */

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits between a and b; two neighbours swapped count as one (optimal string alignment). */
static unsigned distance(const char *a, const char *b)
{
	unsigned d[MAX_WORD + 1][MAX_WORD + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX_WORD || m > MAX_WORD)
		return MAX_WORD;
	for (unsigned i = 0; i <= n; i++)
		d[i][0] = i;
	for (unsigned j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			d[i][j] = smallest(d[i - 1][j] + 1, d[i][j - 1] + 1,
					   d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[n][m];
}

const char *ks_nearest(const char *word, const char *const *names)
{
	/* two edits, but never so many that nothing of a short word is left */
	unsigned best = strlen(word) < 4 ? 2 : 3;
	const char *nearest = NULL;

	for (; *names; names++) {
		/* a beginning that is long enough to mean something is as near as one edit */
		bool is_beginning = strlen(word) >= 3 && str_after(*names, word);
		unsigned d = is_beginning ? 1 : distance(word, *names);

		if (d < best) {
			best = d;
			nearest = *names;
		}
	}
	return nearest;
}
