#!/bin/bash
# SPDX-License-Identifier: MIT
# Every shell script passes shellcheck.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

scripts() {
	git ls-files --cached --others --exclude-standard |
		while read -r file; do
			[ -f "$file" ] && head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*\b(ba)?sh\b' && echo "$file"
		done
}

mapfile -t all < <(scripts)
for script in "${all[@]}"; do
	check "shellcheck $script" shellcheck -x -S warning "$script"
done
