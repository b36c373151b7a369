#!/bin/bash
# SPDX-License-Identifier: MIT
# What proves a network that is on trial: a heartbeat that the appliance accepts over mutual TLS, and
# nothing else. An appliance that is there and turns the host away has not answered "yes", so the
# network before comes back. Only the first network of all, which has none before it, is kept for any
# answer: no other network would get a better one. PAINS 10 (a configuration bricks the host).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/agent.bash

port=8443
make_ca "$WORK/ca"
right=$(fingerprint "$WORK/ca/ca.crt")

# generations NODE GENERATION...: JSON of each; the last one is in use, and of the present host.conf
generations() {
	local root=$1 digest
	shift
	digest=$(sha256sum "$root/run/roost/host.conf" | cut -d ' ' -f 1)
	jq -n --arg digest "$digest" '{current: ($ARGS.positional | length), generations: [$ARGS.positional[]] |
		map({units: "u", configuration: $digest, since_ms: 0, deadline_ms: 0} + .)}' \
		--jsonargs "$@" >"$root/run/roost/generations.json"
	mkdir -p "$root/run/roost/generations"
	for ((i = 1; i <= $#; i++)); do
		cp "$root/run/roost/host.conf" "$root/run/roost/generations/$i.conf"
	done
	jq -n --arg digest "$digest" --argjson since "${applied_ms:-0}" \
		'{configuration: $digest, wanted: "none", notes: [], since_ms: $since}' \
		>"$root/run/roost/network.json"
}
now_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }
# answering NAME: a canned appliance that registers its node, which is not started yet
answering() {
	folder=$WORK/$1
	node=$WORK/$1.node
	port=$((port + 1))
	cp -r "$WORK/ca" "$folder"
	sign_hosts "$folder"
	answer "$folder" kickstart "304 Not Modified" 'ETag: "g1"'
	tests/net/canned-appliance "$folder" $port >"$folder.log" 2>&1 &
	make_node "$node" $port "$right"
}
start_trial() { # SECONDS GENERATION...
	generations "$node" "${@:2}"
	start_agent "$node"
	roost-network --root "$node" watch >"$node.watch" 2>&1 &
}
confirmed='{"number": 1, "state": "confirmed"}'
trial() { # NUMBER SECONDS
	jq -n --argjson since "$(now_ms)" --argjson number "$1" --argjson length "$2" \
		'{number: $number, state: "trial", since_ms: $since, deadline_ms: ($since + $length * 1000)}'
}
history() { jq -r '.current as $c | .generations | map("\(.number) \(.state)\(if .number == $c then "*" else "" end)") | join(", ")' "$1/run/roost/generations.json"; }
history_is() { equals "$(history "$1")" "$2"; }
has_end() { jq -e '.generations[-1].deadline_ms > 0' "$1/run/roost/generations.json"; }

declare -A statuses=([accepted]="200 OK" [unknown]="401 Unauthorized" [forbidden]="403 Forbidden"
	[forgotten]="404 Not Found" [fault]="500 Internal Server Error" [busy]="503 Service Unavailable")
for name in "${!statuses[@]}"; do
	answering "$name"
	# The kickstart comes before the first heartbeat, and proves as much: it is refused in the same way.
	answer "$folder" kickstart "${statuses[$name]}" "" '{"error": "not this one"}'
	answer "$folder" heartbeat "${statuses[$name]}" "" '{"error": "not this one"}'
	[ "$name" != accepted ] || answer "$folder" heartbeat "200 OK" "" '{"generation": null, "interval_s": 1}'
	start_trial 8 "$confirmed" "$(trial 2 8)"
done
check "a heartbeat that is accepted confirms the network" \
	within 8 history_is "$WORK/accepted.node" "1 confirmed, 2 confirmed*"
for name in unknown forbidden forgotten fault busy; do
	check "${statuses[$name]}: the network before comes back" \
		within 15 history_is "$WORK/$name.node" "1 confirmed*, 2 refused"
	check "and roost-config is told" test -s "$WORK/$name.node/run/roost/input/refused"
done
check "the reason is on record" jq -e '.generations[1].reason | test("no heartbeat reached the appliance within 8 s")' \
	"$WORK/fault.node/run/roost/generations.json"
check "the appliance was asked more than once" requests_at_least "$WORK/fault" kickstart 2

# networkd takes new files over within moments; an answer that is sooner may have come the old way.
answering at-once
answer "$folder" heartbeat "200 OK" "" '{"generation": null, "interval_s": 1}'
began=$(now_ms)
applied_ms=$began start_trial 20 "$confirmed" "$(trial 2 20)"
check "an answer confirms a network that has just been applied, too" \
	within 12 history_is "$node" "1 confirmed, 2 confirmed*"
confirmed_ms=$(awk '$2 == "network-confirmed" { print $1 }' "$node/run/roost/timeline")
check "but none of its first 3 s" test "$((confirmed_ms - began))" -ge 3000

# ---- The first network ------------------------------------------------------------------------------

answering first-denied
rm "$folder/hosts.run"
answer "$folder" hosts "202 Accepted" "Retry-After: 1" '{"id": "'$NODE_ID'", "state": "pending"}'
start_trial 6 "$(trial 1 6)"
first=$node
answering first-silent
answer "$folder" ca.pem "500 Internal Server Error"
start_trial 6 "$(trial 1 6)"
check "waiting for approval: the first network is kept" within 6 not has_end "$first"
check "but not confirmed" history_is "$first" "1 trial*"
check "an appliance that does not show its CA has not answered: the plain network's turn" \
	within 15 history_is "$node" "1 refused, 2 trial*"
check "its host.conf has the rest of the configuration" \
	grep -q "^appliance --server=127.0.0.1:$port" "$node/run/roost/generations/2.conf"
check "and DHCP on the NIC that the host booted from" \
	grep -qx "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp" "$node/run/roost/generations/2.conf"
echo "1..$tap_count"
exit $((tap_failed > 0))
