#!/bin/bash
# SPDX-License-Identifier: MIT
# A first configuration that the machine cannot have, or that does not lead to the appliance: the host asks
# DHCP on the NIC with a link, registers over that, and says at the appliance why; when the NIC that lacked
# is plugged in, what was asked for is tried again; a kickstart that brings a network that works is taken,
# one that cuts the host off is taken back. Real systemd-networkd, DHCP server and appliance.
# PAINS 10 (a configuration bricks the host), 11 (the result of a change is lost).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/agent.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash

# networkd changes to a user of its own, which a user namespace with one user does not have.
if [ "$(awk '{ print $3; exit }' /proc/self/uid_map)" -lt 65536 ]; then
	skip "a broken first configuration" "needs root"
	echo "1..1"
	exit 0
fi
# roost-config names the host
[ -n "${UTS:-}" ] || UTS=own exec unshare --uts "$0"

node_with_dbus
mkdir "$WORK/oemdrv"
# The DHCP server and the appliance are at the switch.
in_switch ip link add lan type bridge
in_switch ip address add 10.99.0.1/24 dev lan
in_switch ip link set port4 master lan
in_switch ip link set port4 up
in_switch ip link set lan up
in_switch ip link set lo up

in_switch dnsmasq --port=0 --keep-in-foreground --interface=lan --bind-interfaces --user=root \
	--dhcp-range=10.99.0.100,10.99.0.150,10m --dhcp-leasefile="$WORK/leases" --pid-file= >"$WORK/dnsmasq.log" 2>&1 &
state=$WORK/appliance
in_switch roost-appliance --state "$state" --listen 10.99.0.1:8443 --admin 127.0.0.1:8444 \
	--heartbeat 1 >"$WORK/appliance.log" 2>&1 &
check "the appliance is there" within 10 test -s "$state/endpoints.json"
fingerprint=$(roost-appliance --state "$state" --print-fingerprint)
ctl() { in_switch roostctl --state "$state" "$@"; }
host_is() { # JQ-FILTER
	local host
	host=$(ctl --json host show $NODE_ID) && jq -e "$1" <<<"$host"
}
reasons_have() { host_is ".heartbeat.reasons | tostring | test(\"$1\")"; }
history() { jq -r '.current as $c | .generations | map("\(.number) \(.state)\(if .number == $c then "*" else "" end)") | join(", ")' /run/roost/generations.json; }
history_is() { equals "$(history)" "$1"; }
mark_ms() { grep -E " $1( |$)" /run/roost/timeline | sed -n "${2:-1}p" | cut -d ' ' -f 1; }

# ---- What no machine can have: one NIC under two names ---------------------------------------------------
node=$WORK/node
make_node "$node" 8443 "$fingerprint"
rm "$node/run/roost/host.conf"
mount --rbind /run "$node/run"
for n in 3 4; do ip link set "ens$n" up; done
cat >"$WORK/oemdrv/ks.cfg" <<END
appliance --server=10.99.0.1:8443 --fingerprint=$fingerprint --confirm=10
network --device=ens4 --bootproto=static --ip=10.99.0.8 --netmask=24
network --device=52:54:00:12:34:54 --bootproto=dhcp
END
check "it is written for the host" roost-config --oemdrv "$WORK/oemdrv"
roost-network apply 2>"$WORK/impossible"
check "and cannot be applied" equals $? 100
check "for this reason" grep -q 'duplicate device: on this machine "52:54:00:12:34:54" is "ens4" too' "$WORK/impossible"
check "the plain network is next, at once, and no time ends it" history_is "1 refused, 2 trial*"
roost-config --oemdrv "$WORK/oemdrv" 2>"$WORK/config"
check "it takes the configuration's place" grep -q "^network --device=br0 --bridgeslaves=bootif --bootproto=dhcp" /run/roost/host.conf
check "and is applied" roost-network apply
check "on the NIC with a link" grep -q "^Bridge=br0" /run/systemd/network/10-roost-ens4.network
check "the host says why" contains "$(roost status --root "$node")" "duplicate device: on this machine"
rm -rf /run/roost /run/systemd/network
mkdir -p /run/roost/input /run/systemd/network

# ---- The node's programs, as its units start them -----------------------------------------------------
# ens3 has no link, and ens7 is not there yet
cat >"$WORK/oemdrv/ks.cfg" <<END
appliance --server=10.99.0.1:8443 --fingerprint=$fingerprint --confirm=10
network --device=br7 --bridgeslaves=ens3,ens7 --bootproto=static --ip=10.99.0.9 --netmask=24 --noipv6
pool --name=images --type=dir --target=/srv/images
END
(umask 077; ctl token create | tail -n 1 >/run/roost/token)

roost-config --watch --oemdrv "$WORK/oemdrv" >"$WORK/config.log" 2>&1 &
within 10 test -s /run/roost/host.conf
lacks_a_nic() { roost-network apply; [ $? -eq 111 ]; }
check "the first configuration is written, but for a NIC that is not there" lacks_a_nic
# roost-network.path
while :; do
	[ ! -e /run/roost/due/roost-network ] || roost-network apply
	read -r -t 0.1 <> <(:)
done >"$WORK/apply.log" 2>&1 &
/lib/systemd/systemd-networkd >"$WORK/networkd.log" 2>&1 &
roost-network watch >"$WORK/watch.log" 2>&1 &
start_agent "$node"

check "it is on trial, though it is the first" history_is "1 trial*"
check "for twice the bound" equals "$(jq ".generations[0] | .deadline_ms - .since_ms" /run/roost/generations.json)" 20000

# ---- Plain DHCP ------------------------------------------------------------------------------------------
check "nobody is reached: plain DHCP on the NIC that has a link" within 30 test -e /sys/class/net/br0/brif/ens4
check "the host registers over it" within 20 host_is '.state'
check "which confirms it" within 10 history_is "1 refused, 2 confirmed*"
check "the appliance hears what was wrong, of which source" \
	within 10 reasons_have "oemdrv: generation 1 of the network was taken back: no heartbeat reached the appliance within 20 s: host.conf:5: network: ens7: this machine has no such NIC; plain DHCP on the NIC that the host booted from .generation 2. is in use"
check "so does the console" contains "$(roost status --root "$node")" "taken back"
check "the rest of the configuration holds" grep -q "^pool --name=images" /run/roost/host.conf
echo "# $(($(mark_ms network-confirmed) - $(mark_ms network))) ms from the first network to a confirmed one"

# ---- A kickstart with other storage, over the plain network ------------------------------------------------
set_kickstart() { printf '%s\n' "$@" >"$WORK/host.ks" && ctl host set-kickstart $NODE_ID "$WORK/host.ks"; }
set_kickstart 'pool --name=other --type=dir --target=/srv/other' >"$WORK/put" 2>&1
has_pool() { grep -q "^pool --name=other" /run/roost/host.conf; }
check "a kickstart that says nothing about the network is taken" within 15 has_pool
check "the plain network stays" history_is "1 refused, 2 confirmed*"
check "and the configured one is still called broken" within 10 reasons_have "oemdrv: generation 1"

# ---- The NIC comes ---------------------------------------------------------------------------------------
switch_cable ens7 port7 52:54:00:12:34:57
in_switch ip link set port7 master lan
in_switch ip link set port7 up
check "with its NIC the configuration is tried again, and confirmed" within 30 history_is "2 confirmed, 3 confirmed*"
check "the host is there as it was asked for" within 10 host_is '.address == "10.99.0.9"'
not_broken() { not reasons_have "taken back"; }
check "nothing is broken any more" within 15 not_broken

# ---- One that works, and one that does not ------------------------------------------------------------------
set_kickstart 'network --device=ens4 --bootproto=static --ip=10.99.0.7 --netmask=24 --noipv6' >"$WORK/put" 2>&1
check "a network that works is confirmed from its address" within 30 host_is '.address == "10.99.0.7"'
check "as generation 4" within 10 history_is "2 confirmed, 3 confirmed, 4 confirmed*"
(
	while :; do
		in_switch busybox ping -c 1 -W 1 10.99.0.7 >/dev/null 2>&1 || date +%s%N
		read -r -t 0.05 <> <(:)
	done >"$WORK/unreachable"
) &
pinger=$!
set_kickstart 'network --device=ens4 --bootproto=static --ip=10.97.0.7 --netmask=24 --noipv6' >"$WORK/put" 2>&1
check "one that cuts the host off is taken back" within 30 history_is "2 confirmed, 3 confirmed, 4 confirmed*, 5 refused"
check "the appliance hears it" within 30 reasons_have "generation 5 of the network was taken back"
kill $pinger
unreachable=$(awk 'NR == 1 { first = $1 } { last = $1 } END { print int((last - first) / 1000000) }' "$WORK/unreachable")
echo "# the host was unreachable for $unreachable ms with a trial of 10 s"
check "it was unreachable for the trial and not much longer" test "$unreachable" -ge 8000 -a "$unreachable" -le 15000

if [ "$tap_failed" -gt 0 ]; then
	cat /run/roost/host.conf /run/roost/generations.json | sed 's/^/# /'
	tail -n 20 "$WORK"/*.log "$node.log" | sed 's/^/# /'
fi
echo "1..$tap_count"
# everything that was started here ends with the PID namespace
exit $((tap_failed > 0))
