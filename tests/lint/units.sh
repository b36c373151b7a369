#!/bin/bash
# SPDX-License-Identifier: MIT
# Our units run with the least privilege that their jobs allow: systemd-analyze's exposure level of
# each is at most the number in tests/lint/units.exposure, which only goes down.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

units=overlay/usr/lib/systemd/system
for unit in "$units"/roost-*.service; do
	name=$(basename "$unit")
	limit=$(awk -v u="$name" '$1 == u { print $2 }' tests/lint/units.exposure)
	if [ -z "$limit" ]; then
		check "$name has a line in tests/lint/units.exposure" false
		continue
	fi
	# The threshold is ten times the exposure level.
	check "$name: exposure at most $limit" \
		systemd-analyze security --offline=true --no-pager --threshold="$(awk -v l="$limit" 'BEGIN { printf "%d", l * 10 }')" "$unit"
done
