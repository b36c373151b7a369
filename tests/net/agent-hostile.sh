#!/bin/bash
# SPDX-License-Identifier: MIT
# What the agent does with a server that is not its appliance, or that answers nonsense: it refuses or
# tries again, tells why, and stays alive. PAINS 7 (clock wrong, TLS fails).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/agent.bash

port=8443

# appliance NAME [CA-FOLDER]: a canned appliance in $WORK/NAME, its node in $WORK/NAME.node, not started
# yet. It shows the CA of $WORK/ca, and a certificate from CA-FOLDER.
appliance() {
	folder=$WORK/$1
	node=$WORK/$1.node
	port=$((port + 1))
	cp -r "$WORK/ca" "$folder"
	cp "${2:-$WORK/ca}/server.pem" "$folder/server.pem"
	tests/net/canned-appliance "$folder" $port >"$folder.log" 2>&1 &
	make_node "$node" $port "$right"
}

make_ca "$WORK/ca"
right=$(fingerprint "$WORK/ca/ca.crt")
make_ca "$WORK/other-ca"
# Valid for no day at all: it has expired as soon as it is made.
cp -r "$WORK/ca" "$WORK/expired-ca"
make_server_certificate "$WORK/expired-ca" 0

# ---- A server with another CA: the token stays here ------------------------------------------------

appliance impostor
wrong=${right//[0-7]/8}
sed -i "s/$right/$wrong/" "$node/run/roost/host.conf"
start_agent "$node"
check "another fingerprint is refused, with both values" \
	within 10 agent_is "$node" refused "$right.*$wrong"
check "the impostor was asked for its CA" requests_at_least "$folder" ca.pem 1
check "the impostor was asked nothing else" equals "$(requests "$folder" hosts)" 0
check "the impostor never saw the token" not grep -rq "$TOKEN" "$folder/requests"
check "the log does not hold the token" not grep -q "$TOKEN" "$node.log"
check "the agent goes on" is_running $agent_pid

# The CA is right and the server is not: only that CA counts, so nothing is said to it.
appliance stranger "$WORK/other-ca"
start_agent "$node"
check "a server whose certificate is not from the CA is not believed" \
	within 10 agent_is "$node" connecting "certificate is not the appliance"
check "it never saw the token" not grep -rq "$TOKEN" "$folder/requests"

# A second certificate behind the right one is not trusted because of the first.
appliance smuggler "$WORK/other-ca"
cat "$WORK/other-ca/ca.crt" >>"$folder/ca.pem"
start_agent "$node"
check "a second certificate in the answer is not trusted" \
	within 10 agent_is "$node" connecting "certificate is not the appliance"
check "the smuggler never saw the token" not grep -rq "$TOKEN" "$folder/requests"

# ---- Answers that are none ----------------------------------------------------------------------------

appliance garbage
printf '\000\001\377 not HTTP at all' >"$folder/hosts"
start_agent "$node"
garbage_pid=$agent_pid garbage_node=$node garbage_folder=$folder
check "garbage" within 10 agent_is "$node" connecting "cannot be used|does not answer"
check "garbage is tried again" within 10 requests_at_least "$folder" hosts 2

appliance truncated
printf 'HTTP/1.1 201 Created\r\nContent-Length: 5000\r\n\r\n{"id":' >"$folder/hosts"
start_agent "$node"
check "a truncated answer" within 10 agent_is "$node" connecting "cannot be used"
check "a truncated answer is tried again" within 10 requests_at_least "$folder" hosts 2

appliance huge
cat >"$folder/hosts.run" <<'END'
#!/bin/sh
printf 'HTTP/1.1 201 Created\r\nContent-Length: 104857600\r\n\r\n'
exec head -c 104857600 /dev/zero
END
chmod +x "$folder/hosts.run"
start_agent "$node"
check "100 MB are not read" within 10 agent_is "$node" connecting "larger than"
check "100 MB are tried again" within 10 requests_at_least "$folder" hosts 2
check "the agent goes on after them" is_running $agent_pid

appliance nonsense
answer "$folder" hosts "201 Created" "" '{"id": 7, "certificate": []}'
start_agent "$node"
check "JSON of other types" within 10 agent_is "$node" connecting '"id": expected a string'

appliance other-key
answer "$folder" hosts "201 Created" "" \
	"$(jq -n --arg id $NODE_ID --rawfile pem "$WORK/ca/server.crt" '{id: $id, certificate: $pem}')"
start_agent "$node"
check "a certificate for another key" within 10 agent_is "$node" connecting "for another key"

# ---- Answers that mean "not now" ------------------------------------------------------------------------

appliance busy
answer "$folder" hosts "429 Too Many Requests" "Retry-After: 5" '{"error": "too many hosts at once"}'
start_agent "$node"
check "busy" within 10 agent_is "$node" connecting "429: too many hosts at once"
check "the agent comes back" within 10 requests_at_least "$folder" hosts 2
mapfile -t times < <(stat -c %Y "$folder/requests/1.hosts" "$folder/requests/2.hosts")
# Without a Retry-After it would be a second; whole seconds are compared.
check "not before Retry-After" test $((times[1] - times[0])) -ge 4

appliance denied
answer "$folder" hosts "401 Unauthorized" "" '{"error": "unknown token", "field": "token"}'
start_agent "$node"
check "a wrong token" within 10 agent_is "$node" refused "join token.*unknown token"

appliance no-token
rm "$node/run/roost/token"
start_agent "$node"
check "no token" within 10 agent_is "$node" refused "no join token"
(umask 077; echo "$TOKEN" >"$node/run/roost/token.new")
mv "$node/run/roost/token.new" "$node/run/roost/token"
check "a token that comes later is used at once" within 5 requests_at_least "$folder" hosts 1

# ---- The clock ------------------------------------------------------------------------------------------

appliance expired "$WORK/expired-ca"
start_agent "$node"
check "a certificate outside its dates: the clock and the dates are named" \
	within 15 agent_is "$node" clock "clock of this node says $(date -u +%Y).*valid from $(date -u +%Y)"
check "no token was sent meanwhile" not grep -rq "$TOKEN" "$folder/requests"

appliance 1980
mkdir -p "$node"/{sys/class/rtc/rtc0,usr/lib}
touch "$node/usr/lib/clock-epoch"
date -d 1980-01-01 +%s >"$node/sys/class/rtc/rtc0/since_epoch"
start_agent "$node"
check "a hardware clock below the image's date waits for a time server" \
	within 10 agent_is "$node" clock "waiting for a time server"
check "nobody is asked before" equals "$(requests "$folder" ca.pem)" 0
mkdir -p "$node/run/systemd/timesync"
touch "$node/run/systemd/timesync/synchronized"
check "and goes on when the clock was set" within 5 requests_at_least "$folder" hosts 1

# ---- Configuration --------------------------------------------------------------------------------------

appliance idle
: >"$node/run/roost/host.conf"
start_agent "$node"
check "no appliance configured" within 10 agent_is "$node" idle "no appliance configured"
echo "appliance --server=127.0.0.1:$port" >"$node/run/roost/new"
mv "$node/run/roost/new" "$node/run/roost/host.conf"
check "an appliance without a fingerprint is refused" within 5 agent_is "$node" refused "no fingerprint"
check "it was asked nothing" equals "$(requests "$folder" ca.pem)" 0

check "the first of all is still trying" is_running $garbage_pid
check "and has slowed down" test "$(requests "$garbage_folder" hosts)" -lt 30
check "its state is still there" agent_is "$garbage_node" connecting
echo "1..$tap_count"
