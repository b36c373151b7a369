# SPDX-License-Identifier: MIT
# Begin and end of a boot scenario: source it first, call end_scenario last. In between the scenario
# states what must hold with check (tests/net/tap.bash).
# shellcheck shell=bash
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
mkdir -p "$OUT/tests" # what scenarios measure, for tests/bench
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/boot/lib.bash
. tests/boot/lib.bash
# shellcheck source=tests/peers/iscsi.bash
. tests/peers/iscsi.bash
# shellcheck source=tests/peers/nfs.bash
. tests/peers/nfs.bash

# Asking the appliance takes 50 ms of processor time, which emulated nodes are short of.
within_pause_max=1000000

# must DESCRIPTION COMMAND...: a check without which the rest makes no sense.
must() { check "$@" || end_scenario; }

# A node whose kernel has panicked: tests/boot/run wants the time for a second try.
hopeless() { grep -qsa 'Kernel panic' "$WORK"/*.console; }

end_scenario() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ] || show_logs
	exit "$((tap_failed > 0))"
}
trap stop_all EXIT
