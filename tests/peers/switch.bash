# SPDX-License-Identifier: MIT
# A real switch (Open vSwitch) for tests, in the current network namespace: two cables of a host, tap0 and
# tap1, to ports that are one LACP group, and this machine behind it as SWITCH_ADDRESS, with DHCP. Its datapath
# is in user space, so the kernel needs no module. Source it. Needs /dev/net/tun that the user may open.
#
# A port of the group passes nothing until LACP has made it part of the group (lacp-fallback-ab is off).
# shellcheck shell=bash

SWITCH_ADDRESS=10.99.0.1    # untagged for the host
SWITCH_GUESTS=10.20.0.1     # VLAN 20

can_switch() { [ -r /dev/net/tun ] && [ -w /dev/net/tun ]; }

# start_switch_database DIR: the server of its configuration, which lives in DIR. Prints its process id.
start_switch_database() {
	local pid
	mkdir -p "$1" && ovsdb-tool create "$1/conf.db" /usr/share/openvswitch/vswitch.ovsschema || return
	OVS_RUNDIR=$1 ovsdb-server "$1/conf.db" --remote="punix:$1/db.sock" --unixctl="$1/database.ctl" \
		>"$1/database.log" 2>&1 </dev/null &
	pid=$!
	if ! _switch_within 10 "$pid" switch_vsctl "$1" --no-wait init; then
		tail -n 5 "$1/database.log" | sed 's/^/# ovsdb-server: /' >&2
		kill "$pid" 2>/dev/null
		return 1
	fi
	echo "$pid"
}

# start_switch DIR: with the database of DIR. Returns when its ports are there, and prints its process id.
start_switch() {
	local pid
	OVS_RUNDIR=$1 ovs-vswitchd "unix:$1/db.sock" --unixctl="$1/switch.ctl" >"$1/switch.log" 2>&1 </dev/null &
	pid=$!
	if ! _switch_within 10 "$pid" switch_ctl "$1" version || ! _switch_configure "$1" >&2; then
		tail -n 5 "$1/switch.log" | sed 's/^/# ovs-vswitchd: /' >&2
		kill "$pid" 2>/dev/null
		return 1
	fi
	echo "$pid"
}

switch_vsctl() { # DIR ARGUMENT...: its configuration; returns when the switch has taken it over
	local dir=$1
	shift
	ovs-vsctl --db="unix:$dir/db.sock" --timeout=10 "$@"
}

switch_ctl() { # DIR COMMAND...: of the running switch
	local dir=$1
	shift
	ovs-appctl --timeout=10 -t "$dir/switch.ctl" "$@"
}

# switch_lacp DIR TAP: what LACP knows of this port: "current attached" is one that both sides use.
switch_lacp() { switch_ctl "$1" lacp/show uplink | sed -n "/^member: $2:/,/partner state:/p"; }

# switch_lacp_in_use DIR: how many ports of the group pass frames, by the switch's word and by the host's.
switch_lacp_in_use() {
	switch_ctl "$1" lacp/show uplink | awk '/^member:/ { current = / current / }
		/may_enable: / { enabled = current && $2 == "true" }
		/partner state:.*synchronized collecting distributing/ && enabled { n++ }
		END { print n + 0 }'
}

# This machine's own kernel sees what comes out of a cable, too, and would answer for all of its addresses:
# whoever hears that answer first talks to the cable and not to what is behind the switch.
_switch_only_cable() { ip link set "$1" arp off && echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"; } # DEVICE

_switch_configure() {
	local tap
	for tap in tap0 tap1; do
		ip tuntap add "$tap" mode tap && _switch_only_cable "$tap" && ip link set "$tap" up || return
	done
	switch_vsctl "$1" add-br switch -- set bridge switch datapath_type=netdev \
		-- add-port switch site tag=10 -- set interface site type=internal \
		-- add-port switch guests tag=20 -- set interface guests type=internal \
		-- add-bond switch uplink tap0 tap1 lacp=active bond_mode=balance-tcp other_config:lacp-time=fast \
		vlan_mode=native-untagged tag=10 trunks=10,20 \
		-- set interface tap0 lldp:enable=true -- set interface tap1 lldp:enable=true &&
		ip address add "$SWITCH_ADDRESS/24" dev site && ip link set site up &&
		ip address add "$SWITCH_GUESTS/24" dev guests && ip link set guests up
}

# _switch_within SECONDS PID COMMAND...: until the command succeeds, while the process lives.
_switch_within() {
	local end=$((SECONDS + $1)) pid=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt "$end" ] && kill -0 "$pid" 2>/dev/null || return
		sleep 0.1
	done
}
