#!/bin/bash
# SPDX-License-Identifier: MIT
# Budgets of the boot, from what the boot scenarios measured: kernel start to registered and to ready
# (the node's own timeline), idle memory, and for each medium the bytes that it loaded and the seconds
# from power on to registered. Run after the boot tier.
set -u
cd "$(dirname "$0")/../.." || exit 1
OUT=${OUT:-out}
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

event_s() { # EVENT: when the node of scenario first-node reached it
	jq -r --arg e "$1" '[.heartbeat.timeline[] | select(.event == $e)][0].t_ms / 1000' "$OUT/tests/boot-first-node.json"
}

budget boot_to_registered_s "$(event_s registered)"
budget boot_to_ready_s "$(event_s ready)"
budget idle_memory_mib "$(cat "$OUT/tests/idle-memory-mib")"

# tests/boot/lib.bash's record_boot wrote what is measured; the rows of the budget say of which scenarios.
measured() { jq "$2" "$OUT/tests/boot-$1.json"; } # SCENARIO JQ-EXPRESSION
for scenario in $(sed -n 's/^loaded_mb_\([a-z-]*\) .*/\1/p' tests/bench/budget); do
	budget "loaded_mb_$scenario" "$(measured "$scenario" '.measured.loaded_bytes / 1e5 | round / 10')"
	budget "power_to_registered_s_$scenario" "$(measured "$scenario" .measured.power_to_registered_s)"
done
