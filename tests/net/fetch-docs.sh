#!/bin/bash
# SPDX-License-Identifier: MIT
# The examples of docs/fetch.md run as they are written there; what it says of messages and options is so.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/fetch.bash
. tests/net/fetch.bash
make_image
mkdir "$WORK/out"
xorriso -as mkisofs -quiet -o "$WORK/out/roost.iso" -graft-points "/roost=$image" 2>/dev/null

{
	echo 'set -euo pipefail'
	# shellcheck disable=SC2016 # sed's own $
	sed -n '/^```sh$/,/^```$/{/^```/d;p}' docs/fetch.md |
		sed 's|^roost-appliance.*&$|&\nwithin 20 listens 8080|'
} >"$WORK/example"
run_example() {
	export -f within hopeless listens
	export within_pause_max
	(cd "$WORK" && bash -x ./example)
}
check "there are examples" test "$(wc -l <"$WORK/example")" -ge 6
check "the examples run" run_example
last=summary
has_layers() { diff -r "$image" "$WORK/layers"; }
check "the layers are there" has_layers

fields() { sed -n '/^`--json` gives/,$p' docs/fetch.md | grep -oE '`[a-z_]+`' | tr -d '`' | sort -u; }
unknown_fields() { fields | while read -r field; do jq -e "has(\"$field\") or (.mirrors[0] | has(\"$field\"))" "$WORK/summary.json" >/dev/null || echo "$field"; done; }
check "every field of the summary is one" equals "$(unknown_fields)" ""
check "there are some" test "$(fields | wc -l)" -ge 8

# The second column of the table of failures, up to what stands for a number.
phrases() { awk -F'|' '/^\| .*`.*\|.*\|$/ && NF == 5 { print $3 }' docs/fetch.md | grep -oE '`[^`]+`' | tr -d '`' | sed 's/ \.\.\. .*//'; }
unknown_phrases() {
	local known
	known=$(cat tools/node/*.c tools/common/*.c | tr -d '\t\n' | sed 's/" *"//g'; strings -a /usr/lib/*/libcurl.so.4)
	phrases | while read -r phrase; do grep -qF -- "$phrase" <<<"$known" || echo "$phrase"; done
}
check "every message of the page is one" equals "$(unknown_phrases)" ""
check "there are some" test "$(phrases | wc -l)" -ge 10
unknown_options() {
	local known option
	known=$(roost-fetch --help; roost-appliance --help; echo --url) # and roost-pxe's
	grep -oE -e '--[a-z][a-z-]+' docs/fetch.md | sort -u | while read -r option; do
		grep -q -e "$option" <<<"$known" || echo "$option"
	done
}
check "every option of the page is one" equals "$(unknown_options)" ""
echo "1..$tap_count"
