#!/bin/bash
# SPDX-License-Identifier: MIT
# After the registration: kickstarts that cannot be taken are told to the appliance and leave the old one
# alone; heartbeats carry what the programs report; a forgotten host registers again.
# PAINS 10 (a configuration bricks the host).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/agent.bash

folder=$WORK/appliance
node=$WORK/node
make_ca "$folder"
sign_hosts "$folder"
make_node "$node" 8443 "$(fingerprint "$folder/ca.crt")"
answer "$folder" kickstart "200 OK" 'ETag: "g1"' $'network --device=br0\n'
answer "$folder" heartbeat "200 OK" "" '{"generation": "g1", "interval_s": 1}'
tests/net/canned-appliance "$folder" 8443 >"$folder.log" 2>&1 &
start_agent "$node"

heartbeat() { # JQ-FILTER: of the last heartbeat
	local body
	body=$(request_body "$folder" heartbeat) && jq -e "$1" <<<"$body"
}
input() { cat "$node/run/roost/input/appliance.ks"; }
input_has() { input | grep -q "$1"; }
report() { # NAME JSON: what another program of the node reports
	echo "$2" >"$node/run/roost/$1.new"
	mv "$node/run/roost/$1.new" "$node/run/roost/$1"
}

check "registers" within 15 agent_is "$node" registered
check "the kickstart arrives" within 5 input_has "device=br0"
check "with its generation" equals "$(input)" $'network --device=br0\n\n# generation: g1'
check "only root may read it" equals "$(stat -c %a "$node/run/roost/input/appliance.ks")" 600
check "the registration has the facts" \
	equals "$(request_body "$folder" hosts | jq -r .facts.memory_mib)" 3935
check "a heartbeat: configuring, with reasons" within 5 \
	heartbeat '.state == "configuring" and (.reasons | index("network: not set up yet"))'
check "it names the host" heartbeat '.hostname == "node7"'
check "and its address" heartbeat '.address == "127.0.0.1"'
check "the timeline was told" grep -q '"event":"registered"' -r "$folder/requests"

# ---- What the programs report -----------------------------------------------------------------------

asked=$(requests "$folder" heartbeat)
report config.json '{"generation": "g1", "sources": []}'
report network.json '{"state": "ok", "bridge": "br0"}'
report storage.json '{"state": "degraded", "items": [{"kind": "nfs", "name": "isos", "state": "degraded", "reason": "no answer"}]}'
check "a change is told soon" within 3 requests_at_least "$folder" heartbeat $((asked + 1))
check "degraded, and why" within 5 heartbeat '.state == "degraded" and (.reasons | index("nfs isos: no answer"))'
check "the applied generation" heartbeat '.generation == "g1"'
check "the storage's own report" heartbeat '.storage.items[0].name == "isos"'

# A daemon that takes the connection and says nothing.
mkdir -p "$node/run/libvirt"
(cd "$node/run/libvirt" && exec socat -u UNIX-LISTEN:libvirt-sock,fork OPEN:/dev/null) &
mute=$!
report storage.json '{"state": "none", "items": []}'
check "a libvirt that does not answer holds nothing up" \
	within 15 heartbeat '.state == "degraded" and .reasons == ["libvirt: does not answer yet"]'
kill $mute
rm "$node/run/libvirt/libvirt-sock"

# libvirt as the agent sees it: the header of a reply to AUTH_LIST, whatever was asked.
printf '\0\0\0\x20\x20\0\x80\x86\0\0\0\1\0\0\0\x42\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0' >"$WORK/libvirt-reply"
(cd "$node/run/libvirt" &&
	exec socat UNIX-LISTEN:libvirt-sock,fork "SYSTEM:head -c 28 >/dev/null; cat $WORK/libvirt-reply") &
check "ready" within 40 heartbeat '.state == "ready" and .reasons == []'
agent_is_ready() { equals "$(agent_field "$node" readiness)" ready; }
check "agent.json says so" within 10 agent_is_ready
check "the timeline has the moment" grep -q ' ready generation g1' "$node/run/roost/timeline"

# ---- Kickstarts that cannot be taken ------------------------------------------------------------------

answer "$folder" kickstart "200 OK" 'ETag: "g2"' $'network \033[2J\n'
answer "$folder" heartbeat "200 OK" "" '{"generation": "g2", "interval_s": 1}'
check "control characters: told" within 10 heartbeat '.state == "degraded" and (.reasons[0] | test("not a text"))'
check "the old kickstart stays" equals "$(input)" $'network --device=br0\n\n# generation: g1'
answer "$folder" kickstart "200 OK" 'ETag: "no spaces allowed"' $'network --device=br1\n'
check "a strange ETag: told" within 20 heartbeat '.reasons[0] | test("no usable ETag")'
cat >"$folder/kickstart.run" <<'END'
#!/bin/sh
printf 'HTTP/1.1 200 OK\r\nETag: "g2"\r\nContent-Length: 104857600\r\n\r\n'
exec head -c 104857600 /dev/zero
END
chmod +x "$folder/kickstart.run"
check "100 MB: told" within 30 heartbeat '.reasons[0] | test("larger than 1048576")'
check "the old kickstart still stays" equals "$(input)" $'network --device=br0\n\n# generation: g1'
rm "$folder/kickstart.run"
answer "$folder" kickstart "200 OK" 'ETag: W/"g2"' $'network --device=br1\n'
check "a good one is taken" within 70 input_has br1
check "and carries its generation" equals "$(input | tail -n 1)" "# generation: g2"

# ---- The kickstart of the command line -------------------------------------------------------------------

web=$WORK/web
other=$WORK/other
mkdir -p "$web" "$other/run/systemd/netif" "$other/run/roost" "$other/proc"
tests/net/canned-appliance "$web" 8080 --plain >"$web.log" 2>&1 &
echo "quiet ks=http://127.0.0.1:8080/url" >"$other/proc/cmdline"
start_agent "$other"
check "no appliance yet: idle" within 10 agent_is "$other" idle
check "without an address nothing is fetched" equals "$(requests "$web" url)" 0
answer "$web" url "200 OK" "" $'network \001\n'
echo ADDRESS_STATE=routable >"$other/run/systemd/netif/state"
check "then it is" within 5 requests_at_least "$web" url 1
check "what is no text is not taken" not test -e "$other/run/roost/input/ks.ks"
answer "$web" url "200 OK" "" $'network --device=br0\n'
check "what is one is left for roost-config" within 10 grep -q br0 "$other/run/roost/input/ks.ks"

# ---- Forgotten -----------------------------------------------------------------------------------------

asked=$(requests "$folder" hosts)
answer "$folder" heartbeat "404 Not Found" "" '{"error": "this host is not on record"}'
check "a host that the appliance has forgotten registers again" \
	within 20 requests_at_least "$folder" hosts $((asked + 1))
answer "$folder" heartbeat "200 OK" "" '{"generation": "g2", "interval_s": 1}'
check "and is a host again" within 40 agent_is "$node" registered
asked=$(requests "$folder" heartbeat)
check "with heartbeats" within 40 requests_at_least "$folder" heartbeat $((asked + 2))
check "the agent lived through all of it" is_running $agent_pid
echo "1..$tap_count"
