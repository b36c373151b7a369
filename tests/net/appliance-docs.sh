#!/bin/bash
# SPDX-License-Identifier: MIT
# The examples of docs/appliance.md run as they are written there; only the state folder is another one.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

# The blocks of one language, one behind the other.
blocks() { # LANGUAGE
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" docs/appliance.md | sed "s|/var/lib/roost|$state|g"
}

{
	echo 'set -euo pipefail'
	blocks sh | sed "s|^roost-appliance.*&\$|&\nwithin 20 test -s $state/endpoints.json|"
} >"$WORK/example"
check "there are examples" test "$(wc -l <"$WORK/example")" -ge 10
run_example() {
	export -f within hopeless
	export within_pause_max
	(cd "$WORK" && bash -x ./example)
}
check "the examples run" run_example
check "they made a token" contains "$(cat "$WORK/roost.token")" '^[0-9a-f]{8}\.[0-9a-f]{64}$'
check "and a backup" test -s "$WORK/backup.db"
check "the pool has the kickstart of the page" contains "$(ctl pool show default)" 'timesource --ntp-server=ntp.example.net'

blocks ini | sed "s|/usr/local/bin/|$(dirname "$(command -v roost-appliance)")/|" >"$WORK/roost-appliance.service"
check "the unit is one that systemd takes" systemd-analyze verify --man=no "$WORK/roost-appliance.service"
options() { grep -oE -e '`--[a-z-]+' docs/appliance.md | tr -d '`' | sort -u; }
unknown_options() {
	local known option
	known=$(roost-appliance --help; roostctl --help; roostctl token create --help; roost-pxe --help)
	while read -r option; do
		grep -q -e "$option" <<<"$known" || echo "$option"
	done < <(options)
}
check "every option of the page is one" equals "$(unknown_options)" ""
echo "1..$tap_count"
