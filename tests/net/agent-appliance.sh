#!/bin/bash
# SPDX-License-Identifier: MIT
# The agent and the real appliance: registration, kickstart, approval, duplicates, wrong tokens, an
# appliance that is down, killed, or has forgotten the host.
# PAINS 8 (same UUID from other hardware: the newcomer is held), 9 (one initiator name on two hosts), 23 (retries).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/agent.bash

state=$WORK/appliance
admin_url=https://127.0.0.1:8444/v1/admin

start_appliance() {
	roost-appliance --state "$state" --listen 127.0.0.1:8443 --admin 127.0.0.1:8444 \
		--heartbeat 1 >>"$WORK/appliance.log" 2>&1 &
	appliance_pid=$!
	within 10 test -s "$state/admin.token"
	within 10 curl -sk https://127.0.0.1:8443/v1/ca.pem
}

admin() { # METHOD PATH [DATA]
	curl -sk --fail-with-body -X "$1" -H "Authorization: Bearer $(cat "$state/admin.token")" \
		"$admin_url/$2" ${3+--data-binary "$3"}
}

new_token() { # JSON
	admin POST tokens "$1" | jq -r .token
}

host_is() { # ID STATE
	equals "$(admin GET "hosts/$1" | jq -r .state)" "$2"
}

host_has() { # ID JQ-FILTER
	local host
	host=$(admin GET "hosts/$1") && jq -e "$2" <<<"$host"
}

# node NAME ID TOKEN: a machine with this SMBIOS UUID and a network card of its own, not started yet.
node() {
	node=$WORK/$1
	make_machine "$node" 8443 "$fingerprint" "$1" "$2" "$3"
}

input_has() { grep -q -- "$2" "$1/run/roost/input/appliance.ks"; }

one=11111111-2222-4333-8444-000000000001
two=11111111-2222-4333-8444-000000000002
three=11111111-2222-4333-8444-000000000003

# ---- The appliance comes up later than the node --------------------------------------------------------

start_appliance
fingerprint=$(roost-appliance --state "$state" --print-fingerprint)
token=$(new_token '{}')
admin PUT pools/default/kickstart $'network --device=br0 --bridgeslaves=bootif --bootproto=dhcp\n' >"$WORK/put"
check "the appliance hands out a token" contains "$token" '^[0-9a-f]+\.[0-9a-f]+$'
kill -KILL $appliance_pid
wait $appliance_pid 2>/dev/null

node first $one "$token"
start_agent "$node"
first=$node first_pid=$agent_pid
check "the appliance is down: the agent says so" within 10 agent_is "$node" connecting "does not answer"
start_appliance
check "it comes up: the host registers" within 30 agent_is "$first" registered
check "the appliance knows it by its name" within 5 host_has $one '.name == "first"'
check "and as configuring, with reasons" within 10 host_is $one configuring
check "the pool's kickstart arrived" within 5 input_has "$first" "device=br0"
check "with the generation that the appliance names" \
	equals "$(tail -n 1 "$first/run/roost/input/appliance.ks")" \
	"# generation: $(jq -r .generation "$WORK/put")"
check "the facts are on record" host_has $one '.facts.nics[0].mac == "3c:fd:fe:00:00:01"'
check "the timeline is on record" within 10 host_has $one '[.. | .event?] | index("registered")'
check "that the machine has no KVM, and why, is told at registration" within 10 host_has $one \
	'[.heartbeat.timeline[] | select(.event == "no-kvm") | .text] | any(test("module not loaded: kvm_amd"))'
cat >"$first/run/roost/storage.json.new" <<END
{"state": "degraded", "configuration": "$(sha256sum <"$first/run/roost/host.conf" | cut -d ' ' -f 1)", "items": [
{"kind": "nfs", "name": "nas:/fine", "state": "ok", "reason": null, "note": null, "latency_ms": 12, "free_bytes": 3400000000},
{"kind": "iscsi", "name": "iqn.2026-11.test:d1", "state": "degraded", "reason": "the session is lost", "note": null,
 "sessions": [{"portal": "10.0.2.2:3260", "state": "lost"}],
 "maps": [{"name": "d1-lun-1", "device": "dm-0", "paths": [{"disk": "sda", "portal": "10.0.3.2:3260", "state": "up"},
  {"disk": "sdb", "portal": "10.0.2.2:3260", "state": "lost"}]}]}]}
END
mv "$first/run/roost/storage.json.new" "$first/run/roost/storage.json"
check "storage that goes is told at once, what is not well first" within 5 host_has $one \
	'.heartbeat.storage | .items[0].sessions[0].state == "lost" and .counts.degraded == 1 and .is_applied and .differs'
check "with the map and its lost path" host_has $one \
	'.heartbeat.storage.items[0].maps[0] | .name == "d1-lun-1" and .paths[1].disk == "sdb" and .paths[1].state == "lost"'
check "as a reason, too" within 5 host_has $one '.reason | test("iqn.2026-11.test:d1: the session is lost")'
roostctl --state "$state" host show $one >"$WORK/shown"
check "an operator sees it" in_order "$WORK/shown" 'iscsi +iqn.2026-11.test:d1 +degraded +the session is lost' \
	'nfs +nas:/fine +ok +12 ms +3.4 GB' 'd1-lun-1 +dm-0 +1 of 2 +sdb over 10.0.2.2:3260'
rm "$first/run/roost/storage.json"
check "without a report the host is on its way again" within 10 host_is $one configuring
check "the log does not hold the token" not grep -q "${token#*.}" "$first.log"

# ---- A new kickstart -------------------------------------------------------------------------------------

admin PUT hosts/$one/kickstart $'network --device=br7 --bridgeslaves=bootif --bootproto=dhcp\n' >/dev/null
check "a new kickstart is fetched with the next heartbeat" within 10 input_has "$first" "device=br7"

# ---- SIGKILL ----------------------------------------------------------------------------------------------

kill -KILL $appliance_pid
wait $appliance_pid 2>/dev/null
check "the appliance is killed: the agent says so" within 15 agent_is "$first" registered "does not answer"
start_appliance
seen_again() { [ "$(agent_field "$first" reason)" = null ]; }
check "it is back: heartbeats go on, without a new registration" within 40 seen_again
check "the host is still on record" host_is $one configuring
check "it registered once" equals "$(grep -c ' registered ' "$first/run/roost/timeline")" 1

kill -KILL $first_pid
wait $first_pid 2>/dev/null
start_agent "$first"
check "an agent that starts again registers again, with a new key" within 20 agent_is "$first" registered
check "it is the same host" equals "$(admin GET hosts | jq '.hosts | length')" 1

# ---- Who may not ------------------------------------------------------------------------------------------

node stranger $two "0123abcd.wrong"
start_agent "$node"
check "a wrong token is refused, and the agent says so" within 15 agent_is "$node" refused "token"
check "the stranger is not on record" not admin GET hosts/$two
(umask 077; echo "$token" >"$node/run/roost/token.new")
mv "$node/run/roost/token.new" "$node/run/roost/token"
check "the right token helps at once" within 10 agent_is "$node" registered

node twin $one "$token"
start_agent "$node"
twin_pid=$agent_pid
check "the same UUID from other hardware is held" within 15 agent_is "$node" duplicate "held by the appliance"
check "the first one is untouched" agent_is "$first" registered
check "and still has its own address on record" host_has $one '.facts.nics[0].mac == "3c:fd:fe:00:00:01"'
check "the twin got no kickstart" not test -e "$node/run/roost/input/appliance.ks"
kill $twin_pid

# PAINS 9: two hosts of one initiator name would take each other's sessions.
four=11111111-2222-4333-8444-000000000004
node copycat $four "$token"
names() { printf 'appliance --server=127.0.0.1:8443 --fingerprint=%s\n%s\n' "$fingerprint" "$1" >"$node/run/roost/host.conf"; }
names "iscsiname $(roost-storage initiator-name --root "$first")"
start_agent "$node"
check "a host that has the initiator name of another is held, and says why" \
	within 15 agent_is "$node" duplicate "held by the appliance: another host has this iSCSI initiator name: give each its own with iscsiname"
check "so does its console" contains "$(roost status --root "$node")" "another host has this iSCSI initiator name"
check "it is not on record" not admin GET hosts/$four
check "the first one is untouched" agent_is "$first" registered
kill $agent_pid
names "iscsiname iqn.2026-01.test:copycat"
start_agent "$node"
check "with a name of its own it registers" within 15 agent_is "$node" registered
check "under that name" within 5 host_has $four '.facts.iscsi_initiator == "iqn.2026-01.test:copycat"'

# ---- Approval ----------------------------------------------------------------------------------------------

node third $three "$(new_token '{"approval": "manual"}')"
start_agent "$node"
check "manual approval: pending" within 15 agent_is "$node" pending "approval"
check "pending on the appliance too" host_is $three pending
admin POST hosts/$three/approve >/dev/null
check "approved: registered without a reboot" within 40 agent_is "$node" registered
admin POST hosts/$three/reject >/dev/null
check "rejected: refused" within 60 agent_is "$node" refused
admin DELETE hosts/$one >/dev/null
check "a removed host registers again" within 60 host_has $one '.name == "first"'
echo "1..$tap_count"
