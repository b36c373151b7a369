# SPDX-License-Identifier: MIT
# budget NAME VALUE: checks a measured value against its limit in tests/bench/budget and notes it in
# out/bench.json. Sizes and memory fail the run; times depend on the machine, so their limits are wide.
# shellcheck shell=bash

budget() {
	local name=$1 value=$2 limit
	limit=$(awk -v n="$name" '$1 == n { print $2 }' tests/bench/budget)
	[ -n "$value" ] && [ -n "$limit" ] || { check "$name was measured and has a budget" false; return; }
	[ -s "$OUT/bench.json" ] || echo '{}' >"$OUT/bench.json"
	jq --arg n "$name" --argjson v "$value" --argjson l "$limit" '.[$n] = {value: $v, budget: $l}' \
		"$OUT/bench.json" >"$OUT/bench.json.new" && mv "$OUT/bench.json.new" "$OUT/bench.json"
	check "$name: $value, budget $limit" awk -v v="$value" -v l="$limit" 'BEGIN { exit !(v <= l) }'
}
