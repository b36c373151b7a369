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

# Each takes a second, and they are many.
results=$(mktemp -d)
export results
shellcheck_one() {
	local log=$results/${1//\//:}
	shellcheck -x -S warning "$1" >"$log" 2>&1 && mv "$log" "$log.passed"
}
export -f shellcheck_one
passes() { [ -e "$results/${1//\//:}.passed" ] || { cat "$results/${1//\//:}"; return 1; }; }

mapfile -t all < <(scripts)
printf '%s\0' "${all[@]}" | xargs -0 -P "$(nproc)" -I '{}' bash -c 'shellcheck_one "$1"' -- '{}'
for script in "${all[@]}"; do
	check "shellcheck $script" passes "$script"
done
rm -r "$results"
[ "$tap_failed" -eq 0 ]
