#!/bin/bash
# SPDX-License-Identifier: MIT
# Budgets of the image: sizes, which `make size` tells to the byte, and how fast a build with nothing to do and a build after a change to
# one tool are. Limits stand in tests/bench/budget; figures go to out/bench.json.
set -u
cd "$(dirname "$0")/../.." || exit 1
OUT=${OUT:-out}
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

seconds() { # COMMAND...: prints how long it took
	local began
	began=$(date +%s%N)
	"$@" >"$OUT/tests/bench-command.log" 2>&1 || return 1
	awk -v ns=$(($(date +%s%N) - began)) 'BEGIN { printf "%.2f", ns / 1e9 }'
}
file_mb() { stat -c %s "$@" | awk '{ s += $1 } END { printf "%.1f", s / 1e6 }'; }

stage_one() {
	local parts=$OUT/tests/stage-one
	mkdir -p "$parts"
	xorriso -osirrox on -indev "$OUT/roost.iso" -extract /boot "$parts" >/dev/null 2>&1
	file_mb "$parts/vmlinuz" "$parts/initrd.img"
	chmod -R u+w "$parts" && rm -rf "$parts"
}

budget iso_mb "$(file_mb "$OUT/roost.iso")"
budget stage_one_mb "$(stage_one)"
sum_of() { jq "[.$1[] | select(.name | test(\"$2\")).cost] | add" "$sizes"; } # TABLE PATTERN
adds_up() {
	"$OUT/build/host/bin/roost-image" size "${KICKSTART:-kickstart/node.ks}" --out "$OUT" --json >"$sizes" || return 1
	local layers
	layers=$(sum_of parts '^roost/.*squashfs$')
	[ "$(sum_of parts .)" = "$(stat -c %s "$OUT/roost.iso")" ] &&
		[ "$(sum_of packages .)" = "$layers" ] && [ "$(sum_of folders .)" = "$layers" ]
}
# Security updates move it a little by themselves.
is_recorded() {
	jq -s -e 'map([.parts[].cost] | add) | (.[0] - .[1] | fabs) < 2e6' "$sizes" tests/bench/size.json
}

sizes=$OUT/tests/size.json
check "packages, folders and parts of the ISO add up to it" adds_up
check "tests/bench/size.json is of an image like this one (make size-update)" is_recorded

valid_sbom() { [ -s "$OUT/roost.spdx.json" ] && [ -z "$(jq -r -f tests/spdx.jq "$OUT/roost.spdx.json" | tee /dev/stderr)" ]; }
check "the SBOM is valid SPDX 2.3" valid_sbom
sbom_has() { jq -e --slurpfile manifest "$OUT/roost.manifest.json" "$1" "$OUT/roost.spdx.json"; }
check "it has every layer with the manifest's digest" \
	sbom_has '[.packages[] | .checksums[0].checksumValue?] as $known | all($manifest[0].layers[]; .sha256 as $sha | $known | index($sha))'
check "it has Debian's packages with digests, and our programs" sbom_has '[.packages[] | select(.supplier == "Organization: Debian")] as $debian |
	($debian | length > 100 and all(.checksums)) and any(.packages[]; .name == "roost-agent" and .licenseDeclared == "MIT")'
check "and licences of those that say theirs by the rules" sbom_has '[.packages[] |
	select(.supplier == "Organization: Debian" and .licenseDeclared != "NOASSERTION")] | length > 40'
check "it names neither the folder that it was built in nor a mirror" \
	not grep -qF -e "$PWD" -e /dists/ -e /pool/ "$OUT/roost.spdx.json"
budget rebuild_nothing_s "$(seconds make iso)"

# A change to one tool, in a copy of the tree that shares the build's cache and objects.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -a --parents -t "$copy" 2>/dev/null
printf '\n/* %s */\n' "$(date +%s%N)" >>"$copy/tools/node/roost-network.c"
cp -r .git "$copy/"
budget rebuild_one_tool_s "$(seconds make -C "$copy" OUT="$(realpath "$OUT")" iso)"
check "the image is built again from the tree as it is" make iso
