# SPDX-License-Identifier: MIT
# What the network boot scenarios share: the tree of roost-pxe, served by dnsmasq as roost-pxe configured
# it and by the appliance, in a network with no way out. Source it behind scenario.bash.
# shellcheck shell=bash
# shellcheck source=tests/peers/netboot.bash
. tests/peers/netboot.bash

NETBOOT_URL=http://$NETBOOT_ADDRESS:8080/boot
NETBOOT_MAC=52:54:00:99:00:02 # of the NIC that boots
GATEWAY=$NETBOOT_ADDRESS
export NODE_SHELL=1 NODE_TOKEN=$WORK/roost.token

can_netboot || { skip "a node boots from the network" "/dev/net/tun may not be opened"; end_scenario; }

# serve_tree NODE [OPTION...]: the network, the tree that roost-pxe writes with these options, and the
# appliance that serves it, with a token for the node.
serve_tree() {
	local name=$1
	shift
	# Its first start makes the CA, whose fingerprint the tree holds; the second one serves the tree.
	netboot_network && start_appliance && stop appliance && roost-pxe --image "$ROOST_ISO" --interface br0 --server "$NETBOOT_ADDRESS" --timeout 1 \
		--appliance "$GATEWAY:$APPLIANCE_PORT" --fingerprint "$(fingerprint)" \
		--append "roost.hostname=$name" "$@" "$WORK/tree" &&
		start_appliance --listen "$NETBOOT_ADDRESS:$APPLIANCE_PORT" --boot-dir "$WORK/tree" \
			--boot-listen "$NETBOOT_ADDRESS:8080" && new_token
}

# plain_pxe: dnsmasq's configuration for firmware that is not iPXE. QEMU's is, so it is not told apart.
plain_pxe() { sed '/^dhcp-userclass=set:ipxe/d' "$WORK/tree/dnsmasq.conf" >"$WORK/plain.conf"; }

start_dhcp() { start_dnsmasq "$WORK/dnsmasq" "$@" --no-ping; } # CONF; nobody is there to be pinged

# boot_from_network NODE: two NICs; the first one leads nowhere, the second one boots.
boot_from_network() {
	NODE_MEDIUM=${NODE_MEDIUM:-net} NODE_NICS="tap=tap1,mac=52:54:00:99:00:01 tap=tap0,mac=$NETBOOT_MAC,bootindex" \
		start_node "$1"
}

# check_netboot NODE SECONDS SCENARIO: it is ready in time, and the NIC that the firmware used stays its
# management NIC.
check_netboot() {
	local name=$1
	must "the node is ready within $2 s" within "$2" host_is "$name" '.state == "ready"'
	check "what its boot took is recorded" record_boot "$name" "$3"
	check "BOOTIF= reached the kernel" \
		contains "$(node_run "$name" cat /proc/cmdline)" "BOOTIF=01-${NETBOOT_MAC//:/-}"
	check "br0's port is the NIC that booted" \
		contains "$(node_run "$name" 'cat /sys/class/net/br0/lower_*/address')" "$NETBOOT_MAC"
	check "the other card has no address" \
		equals "$(node_run "$name" 'ip -4 -o address | grep -cv -e " lo " -e " br0 "' | tr -dc 0-9)" 0
	check "its address is of the network that it booted from" host_is "$name" '.address | test("^10\\.99\\.0\\.")'
	check "what it loaded was measured" jq -e '.measured.loaded_bytes > 50e6' "$OUT/tests/boot-$3.json"
}

# check_fetched NODE: its layers came over HTTP, through the NIC that the firmware used.
check_fetched() {
	check "HTTP carried the layers" http_served roost/packages.squashfs
	check "through the NIC that booted" \
		host_is "$1" ".heartbeat.timeline | any(.event == \"fetch\" and (.text | test(\"over .*$NETBOOT_MAC\")))"
}

# http_served PATH: the appliance sent it whole or in part.
http_served() { grep -qE "GET /(boot/)?$1 (200|206) " "$WORK/appliance.log"; }
