# SPDX-License-Identifier: MIT
# Assertions for shell tests that print TAP. Source it, then: check "what holds" COMMAND...
# shellcheck shell=bash

tap_count=0
tap_failed=0

# check DESCRIPTION COMMAND...: ok when the command succeeds; its output is shown when it does not.
# The command runs in this shell, so a function may set variables.
check() {
	local what=$1 output status
	shift
	tap_count=$((tap_count + 1))
	output=$(mktemp)
	"$@" >"$output" 2>&1
	status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok $tap_count - $what"
	else
		tail -n 30 "$output" | sed 's/^/# /'
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $what"
	fi
	rm -f "$output"
	return "$status"
}

# Whether waiting longer is of no use; a sourcing script may define it anew.
hopeless() { false; }

# The longest pause of within, in microseconds; a script whose commands cost much may raise it.
within_pause_max=300000

# within SECONDS COMMAND...: tries until the command succeeds, time is over, or the case is hopeless: ten
# times a second at first, then ever less often, so that it is late by a tenth of what it has waited.
within() {
	local within_began=${EPOCHREALTIME/[.,]/} within_end within_pause
	within_end=$((within_began + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ "${EPOCHREALTIME/[.,]/}" -ge "$within_end" ] || hopeless; then
			"$@" # once more, so that its output can be shown
			return
		fi
		within_pause=$(((${EPOCHREALTIME/[.,]/} - within_began) / 10))
		[ $within_pause -ge 100000 ] || within_pause=100000
		[ $within_pause -le $within_pause_max ] || within_pause=$within_pause_max
		printf -v within_pause '%d.%06d' $((within_pause / 1000000)) $((within_pause % 1000000))
		read -r -t "$within_pause" <> <(:) || true
	done
}

# equals GOT WANTED
equals() {
	[ "$1" = "$2" ] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2"; return 1; }
}

# contains TEXT PATTERN (extended regular expression)
contains() {
	grep -qE -- "$2" <<<"$1" || { printf 'got: %s\nwanted something like: %s\n' "$1" "$2"; return 1; }
}

# in_order FILE PATTERN...: lines like these, each somewhere behind the one before.
in_order() {
	local file=$1 before=0 line pattern
	shift
	for pattern in "$@"; do
		line=$(tail -n "+$((before + 1))" "$file" | grep -anE -m 1 -- "$pattern" | cut -d : -f 1)
		[ -n "$line" ] || { echo "not behind line $before of $(basename "$file"): $pattern"; return 1; }
		before=$((before + line))
	done
}

not() { ! "$@"; }

skip() { # DESCRIPTION REASON
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# skip_if_missing DESCRIPTION MISSING: ends the test as skipped, unless nothing is missing.
skip_if_missing() {
	[ -n "$2" ] || return 0
	skip "$1" "needs $2"
	echo "1..1"
	exit 0
}

# Root of this machine, not of a user namespace, where root may not mount devices or open by handle.
is_real_root() { [ "$(id -u)" -eq 0 ] && [ "$(awk 'NR == 1 { print $3 }' /proc/self/uid_map)" = 4294967295 ]; }
