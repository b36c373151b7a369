#!/bin/bash
# SPDX-License-Identifier: MIT
# The initramfs' network with busybox's own udhcpc and ip, against a real DHCP server, on virtual NICs:
# no link, no answer, DHCP, the command line's address, VLAN, IPv6, and the NIC that BOOTIF names. The
# client identifier is the one that systemd-networkd uses later: PAINS 5. Slow links: PAINS 6.
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash

mount -t tmpfs tmpfs /run
mount -t sysfs -o ro sysfs /sys || { echo "ok 1 - the initramfs' network # SKIP needs root"; exit 0; }
# It writes /etc/resolv.conf.
mkdir "$WORK/etc" "$WORK/applets"
cp /etc/passwd /etc/group /etc/nsswitch.conf "$WORK/etc/"
cp /etc/ld.so.cache "$WORK/etc/" 2>/dev/null
mount --bind "$WORK/etc" /etc
for applet in ip udhcpc; do ln -s "$(command -v busybox)" "$WORK/applets/$applet"; done

switch_start
for n in 0 1; do
	switch_cable "eth$n" "port$n" "52:54:00:12:34:5$n"
	in_switch ip address add "10.99.$n.1/24" dev "port$n"
done

boot() { PATH=$WORK/applets:$PATH boot-nic "$@" 2>"$WORK/err"; }
says() { contains "$(cat "$WORK/err")" "$1"; }
fails() { boot "$@"; test $? -eq 111; }
has_address() { contains "$(ip -o address show dev "$1")" "$2"; }

check "without a link it ends in time" fails "" 2
check "and names the NICs, their addresses and their links" \
	says 'no NIC has a link: NICs: eth0 \(52:54:00:12:34:50, no link\), eth1 \(52:54:00:12:34:51, no link\)'
check "it said what it waited for" says 'waiting at most 2 s for a NIC to have a link'
in_switch ip link set port0 up
check "without a DHCP server it ends in time" fails "" 4
check "and names the NIC" says 'eth0: no DHCP answer after [3-9] s'

(sleep 2; in_switch ip link set port1 up) &
check "a link that comes late is waited for" equals "$(boot 'BOOTIF=01-52-54-00-12-34-51 ip=10.99.1.9::10.99.1.1:24' 10)" eth1
check "the command line's address is used" has_address eth1 '10\.99\.1\.9/24'
check "and its gateway" contains "$(ip route)" 'default via 10\.99\.1\.1 dev eth1'
check "the timeline has it" grep -q 'lease eth1: 10.99.1.9/24 of the kernel command line' /run/roost/timeline
ip -4 address flush dev eth1
boot 'BOOTIF=01-52-54-00-12-34-51 ip=10.99.1.9::10.99.1.1:24 nameserver=10.99.1.53' 10 down >/dev/null
check "taking it away leaves no address, and the link up" \
	equals "$(ip -o -4 address show dev eth1; cat /sys/class/net/eth1/operstate)" up

dnsmasq_log=$WORK/dnsmasq.log
in_switch dnsmasq --port=0 --keep-in-foreground --user=root --no-resolv --log-dhcp --log-facility="$dnsmasq_log" \
	--interface=port0 --interface=port1 --bind-interfaces --no-ping --dhcp-leasefile="$WORK/leases" \
	--dhcp-range=10.99.0.100,10.99.0.150,10m --dhcp-range=10.99.1.100,10.99.1.150,10m \
	--dhcp-option=option:dns-server,10.99.0.53 --dhcp-option=option:domain-search,a.test,b.test \
	--dhcp-option=option:classless-static-route,10.7.0.0/16,10.99.0.7,0.0.0.0/0,10.99.0.1 &
within 5 grep -q 'DHCP, IP range' "$dnsmasq_log"
check "DHCP gives an address on the first NIC with a link" equals "$(boot '' 10)" eth0
check "eth0 has it" has_address eth0 '10\.99\.0\.1[0-5][0-9]/24'
check "the server's routes are used" contains "$(ip route)" '10\.7\.0\.0/16 via 10\.99\.0\.7 dev eth0'
check "and its default route" contains "$(ip route)" 'default via 10\.99\.0\.1 dev eth0'
check "its name servers and domains are used" equals "$(cat /etc/resolv.conf)" "nameserver 10.99.0.53
search a.test b.test"
check "the client identifier is the NIC's MAC address" \
	contains "$(cat "$dnsmasq_log" "$WORK/leases")" '01:52:54:00:12:34:50'
check "the timeline has the lease" grep -q 'lease eth0: 10.99.0.1[0-9]*/24 by DHCP, after' /run/roost/timeline
ip -4 address flush dev eth0
check "another boot" equals "$(boot '' 10 down)" eth0
check "and one more" equals "$(boot '' 10 down)" eth0
check "have the same lease" equals "$(wc -l <"$WORK/leases")" 1
check "BOOTIF wins over the first link" equals "$(boot 'BOOTIF=01-52-54-00-12-34-51' 10 down)" eth1
check "so does a NIC that ip= names" equals "$(boot 'ip=eth1:dhcp' 10 down)" eth1
check "a NIC that is not there is named" fails 'BOOTIF=52:54:00:99:99:99' 1
check "with those that are" says 'the NIC 52:54:00:99:99:99 has no link or is not there: NICs: eth0 .*eth1'

in_switch ip link add link port0 name port0.7 type vlan id 7 2>"$WORK/vlan" && {
	in_switch ip link set port0.7 up
	check "a VLAN is made for its address" equals "$(boot 'vlan=eth0.7:eth0 bridge=br0:eth0.7 ip=10.99.7.9:::24::br0:none' 5)" eth0
	check "which is on it" has_address eth0.7 '10\.99\.7\.9/24'
	boot 'vlan=eth0.7:eth0 bridge=br0:eth0.7 ip=10.99.7.9:::24::br0:none' 5 down >/dev/null
	check "and it goes again" test ! -e /sys/class/net/eth0.7
} || skip "VLANs" "this kernel has none"

in_switch ip -6 address add 2001:db8:7::1/64 dev port1
in_switch dnsmasq --port=0 --keep-in-foreground --user=root --no-resolv --interface=port1 --bind-interfaces \
	--enable-ra --dhcp-range=2001:db8:7::,ra-only --ra-param=port1,4 --log-facility="$WORK/ra.log" \
	--dhcp-leasefile="$WORK/leases6" --pid-file="$WORK/ra.pid" &
check "ip=auto6 waits for a router's advertisement" equals "$(boot 'BOOTIF=52:54:00:12:34:51 ip=auto6' 20)" eth1
check "and has an address of its prefix" has_address eth1 '2001:db8:7:'
