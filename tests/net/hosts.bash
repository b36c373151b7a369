# SPDX-License-Identifier: MIT
# What tests of several hosts with the real appliance share: it is at 10.99.0.1, the hosts are behind a switch.
# shellcheck shell=bash
# shellcheck source=tests/net/agent.bash
. tests/net/agent.bash
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash

hosts_network() { # ADDRESS...: of the hosts
	local address
	switch_start
	switch_cable appliance0 hosts0 52:54:00:99:00:01
	ip address add 10.99.0.1/24 dev appliance0
	ip link set appliance0 up
	for address in "$@"; do in_switch ip address add "$address/24" dev hosts0; done
	in_switch ip link set hosts0 up
}

start_host() { # ROOT NAME ID: a machine that calls itself NAME, and its agent
	make_machine "$1" 8443 unused "$2" "$3" "$(ctl token create)"
	echo "appliance --server=10.99.0.1 --fingerprint=$(ctl fingerprint)" >"$1/run/roost/host.conf"
	in_switch roost-agent --root "$1" >"$1.log" 2>&1 &
}
