#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-network with the image's systemd-networkd under user-mode-linux: addresses of routers, of DHCPv6
# and static ones with their routes carry packets; VLAN filtering really separates two guests' ports.
# PAINS 5 (one DHCP identity: the DUID is made of the MAC address).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash

uml_or_skip "network addresses"

# The guest's eth0 is a network with router advertisements, eth1 one with DHCPv6.
for n in 0 1; do
	ip tuntap add dev "tap$n" mode tap
	ip address add "2001:db8:$((n + 1))::1/64" dev "tap$n" nodad
	ip link set "tap$n" up
done
dnsmasq --port=0 --keep-in-foreground --bind-dynamic --interface=tap0 --interface=tap1 --user=root --enable-ra \
	--ra-param=tap0,5 --ra-param=tap1,5 --dhcp-range=2001:db8:1::,ra-only,64 \
	--dhcp-range=2001:db8:2::100,2001:db8:2::1ff,64,10m --dhcp-leasefile="$WORK/leases" --pid-file= \
	>"$WORK/dnsmasq.log" 2>&1 &

check "the image's tree is mounted" uml_root tests/net/network-addresses-guest roost-config.service roost-agent.service roost-storage.path libvirtd.socket
check "the guest runs to its end" uml_run 200 eth0=tuntap,tap0,52:54:00:aa:00:00 eth1=tuntap,tap1,52:54:00:aa:00:01
uml_results
check "the DHCPv6 server knows the host by its MAC address" grep -q "00:03:00:01:52:54:00:aa:00:01" "$WORK/leases"
[ "$tap_failed" -eq 0 ] || sed 's/^/# /' "$WORK/leases" "$WORK/dnsmasq.log"
echo "1..$tap_count"
exit $((tap_failed > 0))
