# SPDX-License-Identifier: MIT
# The other ends of a test's cables: a network namespace that is a switch when the test is the node, or a
# client when the test is the server. Source it after tap.bash.
# shellcheck shell=bash

# namespace_start: prints the id of the process that holds it, which ends with the test.
namespace_start() {
	local holder
	unshare --net tail -f /dev/null >/dev/null &
	holder=$!
	within 5 not test "/proc/$holder/ns/net" -ef /proc/self/ns/net
	echo $holder
}
in_namespace() { nsenter --net="/proc/$1/ns/net" "${@:2}"; } # HOLDER COMMAND...

# namespace_cable HOLDER NIC PORT [MAC]: NIC, which may have this MAC address, is the test's end
namespace_cable() { ip link add "$2" ${4:+address "$4"} type veth peer name "$3" netns "$1"; }

# ---- The switch of a node --------------------------------------------------------------------------

switch_start() { switch=$(namespace_start); }
in_switch() { in_namespace "$switch" "$@"; }
switch_cable() { namespace_cable "$switch" "$@"; } # NIC PORT MAC

# node_with_dbus: /run, /sys and the command line of a node without udev, with the system bus; its cables
# ens3 and ens4 end at the switch's port3 and port4, which are down
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
	dbus-daemon --system --nofork --nopidfile 2>"$WORK/dbus.log" &
	within 5 test -S /run/dbus/system_bus_socket
}
