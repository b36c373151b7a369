#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-network with the real systemd-networkd and a real DHCP server, on virtual NICs of a network
# namespace: the first NIC with a link becomes br0's port; nobody answers DHCP, later somebody does; the
# address changes without a reboot; BOOTIF wins over the first link. PAINS 5 and 6.
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash

# networkd changes to a user of its own, which a user namespace with one user does not have.
if [ "$(awk '{ print $3; exit }' /proc/self/uid_map)" -lt 65536 ]; then
	echo "ok 1 - roost-network with systemd-networkd # SKIP needs root"
	exit 0
fi

node_with_dbus
in_switch ip address add 10.99.0.1/24 dev port4
in_switch ip link set port4 up

state() { jq -r ".$1" /run/roost/network.json; }
state_is() { equals "$(state "$1")" "$2"; }
mark() { grep -E "^[0-9]+ $1 " /run/roost/timeline; }
configure() { # KICKSTART
	printf '%s\n' "$1" >/run/roost/host.conf.new && mv /run/roost/host.conf.new /run/roost/host.conf
}

configure 'network --device=br0 --bridgeslaves=bootif --bootproto=dhcp'
check "apply finds the NIC with a link" roost-network apply
check "it is the uplink, and br0 has its address" state_is uplink ens4
check "the other NIC is left alone" test ! -e /run/systemd/network/10-roost-ens3.network
check "systemd-networkd takes the files" systemd-analyze verify --man=no /lib/systemd/system/systemd-networkd.service

/lib/systemd/systemd-networkd >"$WORK/networkd.log" 2>&1 &
roost-network watch >"$WORK/watch.log" 2>&1 &
watch=$!
check "ens4 becomes a port of br0" within 10 test -e /sys/class/net/br0/brif/ens4
check "br0 has the NIC's MAC address" equals "$(cat /sys/class/net/br0/address)" 52:54:00:12:34:54
check "the timeline has the bridge" within 10 mark bridge
check "it waits, and says for what" state_is reason "waiting for an address on br0 (ens4)"
check "nobody answers: wait-online ends in time, with 111" bash -c 'roost-network wait-online --timeout=1; test $? = 111'
check "after 30 s the state is degraded" within 35 state_is state degraded
check "and the reason is plain" grep -q "no DHCP answer on br0 (ens4) after 30 s" /run/roost/network.json

in_switch dnsmasq --port=0 --keep-in-foreground --interface=port4 --bind-interfaces --user=root \
	--dhcp-range=10.99.0.100,10.99.0.150,10m --dhcp-leasefile="$WORK/leases" --pid-file= >"$WORK/dnsmasq.log" 2>&1 &
check "a DHCP server appears: the network recovers by itself" within 70 state_is state ok
check "the client identifier is the NIC's MAC address" grep -q "01:52:54:00:12:34:54" "$WORK/leases"
check "the timeline has the address" mark address
check "wait-online has nothing to wait for" roost-network wait-online --timeout=1

configure 'network --device=br0 --bridgeslaves=bootif --bootproto=static --ip=10.99.0.7 --netmask=24'
check "a static address replaces the lease" roost-network apply
has_static() { ip -json address show dev br0 | jq -e '[.[].addr_info[] | select(.family == "inet").local] == ["10.99.0.7"]'; }
check "without a restart" within 10 has_static
check "network.json has it" within 10 state_is 'addresses[0]' 10.99.0.7/24
unchanged() { before=$(stat -c %Y.%i /run/roost/network.json) && roost-network apply && equals "$(stat -c %Y.%i /run/roost/network.json)" "$before"; }
check "applying the same again touches nothing" unchanged

ticks() { awk '{ print $14 + $15 }' "/proc/$watch/stat"; }
before=$(ticks)
read -r -t 2 <> <(:)
check "watching costs nothing while nothing happens" test $(($(ticks) - before)) -le 1

configure 'network --device=br0 --bridgeslaves=nosuch'
check "a NIC that is not there is tried again later" bash -c 'roost-network apply; test $? = 111'
check "and reported" grep -q "nosuch: this machine has no such NIC" /run/roost/network.json
configure 'netwrok --device=br0'
check "a broken host.conf is not tried again" bash -c 'roost-network apply; test $? = 100'
check "and reported too" grep -q "unknown command" /run/roost/network.json

rm -f /run/roost/network.json
echo 'BOOTIF=01-52-54-00-12-34-53' >"$WORK/cmdline"
configure 'network --device=br0 --bridgeslaves=bootif --bootproto=dhcp'
check "BOOTIF names the uplink, link or not" roost-network apply
check "ens3 it is" state_is uplink ens3
check "it becomes the port" within 10 test -e /sys/class/net/br0/brif/ens3
check "and ens4 is none any more" within 10 test ! -e /sys/class/net/br0/brif/ens4
# 30 s, as above, of which a new watch is told that most are over.
kill $watch
wait $watch
jq '.since_ms -= 26000' /run/roost/network.json >"$WORK/earlier" && mv "$WORK/earlier" /run/roost/network.json
roost-network watch >"$WORK/watch2.log" 2>&1 &
check "a cable without a switch is not yet the reason" not grep -q "no link on ens3" /run/roost/network.json
check "but after 30 s it is" within 10 grep -q "no link on ens3" /run/roost/network.json

configure 'network --device=br1 --bridgeslaves=ens4 --noipv4 --noipv6'
check "another bridge instead" roost-network apply
check "it is made" within 10 test -e /sys/class/net/br1/brif/ens4
check "the old one is gone" within 10 test ! -e /sys/class/net/br0
check "nothing was asked for that is missing" state_is state ok

if [ "$tap_failed" -gt 0 ]; then
	tail -n 20 "$WORK"/*.log | sed 's/^/# /'
fi
# everything that was started here ends with the PID namespace
[ "$tap_failed" -eq 0 ]
