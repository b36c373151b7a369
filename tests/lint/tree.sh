#!/bin/bash
# SPDX-License-Identifier: MIT
# The tree keeps its promises: includes point one way, every folder is on the map, every source file
# has its licence line, and nothing in it belongs to one machine.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

sources() { git -c core.quotePath=false ls-files --cached --others --exclude-standard -- "$@"; }

# ARCHITECTURE.md: common <- kickstart <- host <- node, appliance, media, image
declare -A may_include=(
	[tools/common]="common"
	[tools/kickstart]="common kickstart"
	[tools/host]="common kickstart host"
	[tools/node]="common kickstart host node"
	[tools/appliance]="common kickstart host appliance"
	[tools/media]="common kickstart host media"
	[image]="common kickstart host image"
)

# Prints every include that points the wrong way.
wrong_includes() {
	local folder file included allowed
	for folder in "${!may_include[@]}"; do
		while IFS=: read -r file _ included; do
			included=${included#*\"}
			included=${included%%/*}
			allowed=" ${may_include[$folder]} "
			[[ $allowed == *" $included "* ]] || echo "$file includes $included/"
		done < <(sources "$folder/*.[ch]" | xargs -r grep -nH '^#include "')
	done
}

# in_* and out_* of tools/host meet in struct host only.
crossed_readers_and_writers() {
	sources 'tools/host/in_*' | xargs -r grep -nH '#include "host/out_'
	sources 'tools/host/out_*' | xargs -r grep -nH '#include "host/in_'
}

without_licence() {
	sources '*.c' '*.h' '*.sh' '*.bash' Makefile 'tests/*/run' tests/run tests/deps |
		while read -r file; do
			[ ! -f "$file" ] || head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"
		done
}

folders_off_the_map() {
	sources | awk -F/ 'NF > 1 { print $1 "/" } NF > 2 { print $1 "/" $2 "/" }' | sort -u |
		grep -vE '^(overlay|tests/golden|tests/unit|tests/fuzz|\.ci)/.+' |
		while read -r folder; do
			grep -qF -- "$folder" ARCHITECTURE.md || echo "$folder"
		done
}

machine_specific() {
	sources | grep -v '^tests/lint/tree.sh$' |
		xargs -d '\n' grep -InE 'deb\.debian\.org|registry\.npmjs|/work/(main|shared|scratch)' 2>/dev/null
}

banned_calls() {
	sources '*.c' '*.h' | xargs -r grep -nE '\b(system|popen|strcpy|strcat|sprintf|gets|strtok)\('
}

waits_by_sleeping() {
	sources tools image boot overlay | xargs -r grep -nIE '\b(sleep|usleep|nanosleep)\(|^\s*sleep [0-9]'
}

none() { # COMMAND: prints nothing
	local output
	output=$("$@")
	[ -z "$output" ] || { echo "$output"; return 1; }
}

check "includes follow the arrows of ARCHITECTURE.md" none wrong_includes
check "readers and writers of the host model do not include each other" none crossed_readers_and_writers
check "every source file has its SPDX line" none without_licence
check "ARCHITECTURE.md names every folder" none folders_off_the_map
check "no mirror, registry or path of one machine is in the tree" none machine_specific
check "no banned call" none banned_calls
check "no wait by sleeping" none waits_by_sleeping
