#!/bin/bash
# SPDX-License-Identifier: MIT
# The console follows the kernel: addresses that come and go (rtnetlink), the host's name, and the
# folder of the reports, on a /run and with a host name of this test's own.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/tap.bash

# The runner has unshared network and mounts; the name is one more of these.
if [ -z "${CONSOLE_TEST_INSIDE:-}" ]; then
	CONSOLE_TEST_INSIDE=1 exec unshare --uts "$0"
fi
mount -t tmpfs run /run || { skip "the console follows the kernel" "no tmpfs"; exit 0; }
hostname before
roost console >"$WORK/out" 2>"$WORK/err" &
shown() { grep -qE -- "$1" "$WORK/out"; }

check "the first block comes at once" within 5 shown 'Host +before'
check "without an address it says so" shown 'Addresses +none yet'
ip link add br0 type bridge && ip link set br0 up
ip address add 192.0.2.9/24 dev br0
check "an address is shown when it comes" within 5 shown 'br0 192\.0\.2\.9/24'
ip address add 2001:db8::9/64 dev br0 nodad
check "so is an IPv6 address" within 5 shown 'br0 2001:db8::9/64'
check "link-local addresses are not" not shown 'fe80:'
hostname after
check "a new name is shown" within 5 shown 'Host +after'
mkdir /run/roost
echo '2000 network br0 on ens3' >>/run/roost/timeline
check "an event is a line" within 5 shown '^roost: \[   2\.000\] network br0 on ens3$'
blocks=$(grep -c 'Host ' "$WORK/out")
touch /run/roost/other
read -r -t 1 <> <(:)
check "nothing new, nothing printed" equals "$(grep -c 'Host ' "$WORK/out")" "$blocks"
check "and no complaint" equals "$(cat "$WORK/err")" ""
kill %1
[ "$tap_failed" -eq 0 ]
