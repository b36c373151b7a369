# SPDX-License-Identifier: MIT
# Examples of the pages in docs/, for tests that run them. Source it.
# shellcheck shell=bash

# example PAGE HEADING N: the Nth block of code below this heading (of level 2)
example() {
	awk -v heading="## $2" -v n="$3" '/^## /{ours = $0 == heading} ours && /^```/{fences++; next}
		ours && fences == 2 * n - 1' "docs/$1"
}
