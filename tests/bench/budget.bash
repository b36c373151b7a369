# SPDX-License-Identifier: MIT
# Measured values, their limits in tests/bench/budget, and the record of both, BENCH_JSON (out/bench.json): what
# was measured, when, and on which machine. Sizes and memory fail the run; times depend on the machine, so their
# limits are wide.
# shellcheck shell=bash

BENCH_JSON=${BENCH_JSON:-$OUT/bench.json}

# bench_begin: a new record.
bench_begin() {
	jq -n --arg date "$(date --utc +%FT%TZ)" \
		--arg commit "$(git describe --always --dirty 2>/dev/null)" \
		--arg cpu "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" \
		--argjson cores "$(nproc)" \
		--argjson memory_mib "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" \
		--arg kernel "$(uname -r)" \
		--arg debian "$(cat /etc/debian_version)" \
		--arg qemu "$(qemu-system-x86_64 --version 2>/dev/null | sed -n '1s/.*version \([^ ]*\).*/\1/p')" \
		'{about: $ARGS.named}' >"$BENCH_JSON"
}

# bench_about_line: of a record, for people.
bench_about_line() {
	jq -r '.about | "\(.date), commit \(.commit): \(.cpu), \(.cores) cores, \(.memory_mib) MiB; Linux \(.kernel), Debian \(.debian), QEMU \(.qemu)"' \
		"$BENCH_JSON"
}

# bench_report: a record as a table, with how much of its budget each value takes.
bench_report() {
	bench_about_line
	jq -r '["NAME", "VALUE", "BUDGET", "OF IT"],
		(to_entries[] | select(.value.budget) | [.key, .value.value, .value.budget, "\(.value.value / .value.budget * 100 | round) %"])
		| @tsv' "$BENCH_JSON" | awk -F '\t' '{ printf "%-36s%10s%10s%8s\n", $1, $2, $3, $4 }'
}

# budget NAME VALUE: checks a measured value against its limit, and notes both.
budget() {
	local name=$1 value=$2 limit
	limit=$(awk -v n="$name" '$1 == n { print $2 }' tests/bench/budget)
	[ -n "$value" ] && [ -n "$limit" ] || { check "$name was measured and has a budget" false; return; }
	[ -s "$BENCH_JSON" ] || bench_begin
	jq --arg n "$name" --argjson v "$value" --argjson l "$limit" '.[$n] = {value: $v, budget: $l}' \
		"$BENCH_JSON" >"$BENCH_JSON.new" && mv "$BENCH_JSON.new" "$BENCH_JSON"
	check "$name: $value, budget $limit" awk -v v="$value" -v l="$limit" 'BEGIN { exit !(v <= l) }'
}
