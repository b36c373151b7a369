# SPDX-License-Identifier: MIT
# Wires from this machine to a guest in user-mode Linux, and a guest that asks for what only the outside can
# do, as to cut one: `ask NAME` there is do_NAME here. Source it after uml.bash.
# shellcheck shell=bash

# wires COUNT: tap0 with 10.0.2.2/24, tap1 with 10.0.3.2/24, ...; an address is at home on its own wire only.
wires() {
	local n
	echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
	for ((n = 0; n < $1; n++)); do
		ip tuntap add "tap$n" mode tap && ip address add "10.0.$((n + 2)).2/24" dev "tap$n" &&
			ip link set "tap$n" up || return
		wires_options+=("eth$n=tuntap,tap$n")
	done
}

do_cut-near() { ip link set tap0 down; }
do_cut-far() { ip link set tap1 down; }
do_mend() {
	local n
	for ((n = 0; n < ${#wires_options[@]}; n++)); do
		ip link set "tap$n" up || return
	done
}

_wires_answer() {
	local wanted
	tail -n +1 -s 0.1 -f "$root/test/asked" | while read -r wanted; do
		"do_$wanted" && : >"$root/test/answered" || echo "# $wanted failed"
	done
}

# wires_run SECONDS [OPTION...]: uml_run with the wires as eth0, eth1, ...
wires_run() {
	local limit=$1 status
	shift
	: >"$root/test/asked"
	_wires_answer &
	uml_run "$limit" "${wires_options[@]}" "$@"
	status=$?
	kill %%
	return $status
}
