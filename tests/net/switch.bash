# SPDX-License-Identifier: MIT
# The other ends of a node's cables: a network namespace that is the switch, for tests in which this one is
# the node. Source it after tap.bash.
# shellcheck shell=bash

# switch_start: in_switch runs commands in it. It goes with the test's namespaces.
switch_start() {
	unshare --net tail -f /dev/null &
	switch=$!
	within 5 test "$(readlink /proc/$switch/ns/net)" != "$(readlink /proc/self/ns/net)"
}
in_switch() { nsenter --net=/proc/$switch/ns/net "$@"; }

# switch_cable NIC PORT MAC: NIC is the node's end, PORT the switch's
switch_cable() { ip link add "$1" address "$3" type veth peer name "$2" netns "$switch"; }

# node_with_dbus: /run, /sys and the command line of a node without udev, with the system bus; its cables
# ens3 and ens4, of which only the latter is in use, with the switch at 10.99.0.1
node_with_dbus() {
	local n
	mount -t tmpfs tmpfs /run
	# read-only: then networkd knows that no udev will tell it more about a NIC
	mount -t sysfs -o ro sysfs /sys
	mkdir -p /run/dbus /run/roost/input /run/systemd/network
	echo quiet >"$WORK/cmdline"
	mount --bind "$WORK/cmdline" /proc/cmdline
	switch_start
	for n in 3 4; do switch_cable "ens$n" "port$n" "52:54:00:12:34:5$n"; done
	in_switch ip address add 10.99.0.1/24 dev port4
	in_switch ip link set port4 up
	dbus-daemon --system --nofork --nopidfile 2>"$WORK/dbus.log" &
	within 5 test -S /run/dbus/system_bus_socket
}
