# SPDX-License-Identifier: MIT
# A network to boot from, for tests: a bridge br0 in the current network namespace, where this machine
# is NETBOOT_ADDRESS, and dnsmasq as its DHCP, proxy-DHCP and TFTP server; and a bridge br1 where
# nobody answers. Source it. Needs /dev/net/tun that the user may open.
# shellcheck shell=bash

NETBOOT_ADDRESS=10.99.0.1
NETBOOT_RANGE=10.99.0.100,10.99.0.150

can_netboot() { [ -r /dev/net/tun ] && [ -w /dev/net/tun ]; }

# netboot_network: the bridges, with a tap0 in br0 and a tap1 in br1.
netboot_network() {
	local n
	for n in 0 1; do
		ip link add "br$n" type bridge stp_state 0 forward_delay 0 && ip link set "br$n" up &&
			netboot_tap "br$n" "tap$n" || return
	done
	ip address add "$NETBOOT_ADDRESS/24" dev br0
}

# netboot_tap BRIDGE TAP: another tap, for QEMU's --nic tap=TAP.
netboot_tap() { ip tuntap add "$2" mode tap && ip link set "$2" master "$1" up; }

# start_dnsmasq DIR CONF [OPTION...]: with the configuration CONF as it is, but for the file of leases:
# leases and log are kept in DIR. Returns when it answers (at most 10 s), and prints the server's process id.
start_dnsmasq() {
	local dir=$1 conf=$2 pid end=$((SECONDS + 10))
	shift 2
	mkdir -p "$dir"
	grep -v '^dhcp-leasefile=' "$conf" >"$dir/conf" || return
	# Its own user could not read a scratch folder of mode 0700.
	# shellcheck disable=SC2086 # words
	${_DNSMASQ_IN:-} dnsmasq --keep-in-foreground --conf-file="$dir/conf" --user=root --pid-file="$dir/pid" \
		--dhcp-leasefile="$dir/leases" --log-facility="$dir/log" --log-dhcp "$@" >"$dir/out" 2>&1 </dev/null &
	pid=$!
	until grep -q 'started, version' "$dir/log" 2>/dev/null; do
		if [ $SECONDS -ge $end ] || ! kill -0 "$pid" 2>/dev/null; then
			sed 's/^/# dnsmasq: /' "$dir/out" >&2
			kill "$pid" 2>/dev/null
			return 1
		fi
		sleep 0.1
	done
	echo "$pid"
}

# start_site_dhcp DIR: a DHCP server that knows nothing of booting, as a site has one already: a machine
# of its own in br0 (a network namespace), 10.99.0.2. Prints its process id.
start_site_dhcp() {
	local pid
	mkdir -p "$1"
	cat >"$1/site.conf" <<-CONF
		port=0
		interface=site1
		bind-dynamic
		dhcp-range=$NETBOOT_RANGE,1h
	CONF
	pid=$(_DNSMASQ_IN="unshare --net" start_dnsmasq "$1" "$1/site.conf" --no-ping) || return
	# bind-dynamic: it serves the interface from when it is there.
	ip link add site0 type veth peer name site1 && ip link set site1 netns "$pid" &&
		ip link set site0 master br0 up &&
		nsenter --net --target "$pid" ip address add 10.99.0.2/24 dev site1 &&
		nsenter --net --target "$pid" ip link set site1 up || return
	echo "$pid"
}

# served_by_tftp DIR FILE: the dnsmasq of DIR sent it.
served_by_tftp() { grep -qE "tftp.* sent .*/$2 to " "$1/log"; }

# bytes_to_tap TAP: all that went to the machine behind it, headers included.
bytes_to_tap() { ip -s -j link show "$1" | jq '.[0].stats64.tx.bytes'; }
