#!/bin/bash
# SPDX-License-Identifier: MIT
# Guests' certificate, as the agent gets it from the appliance, in real QEMUs: a guest that counts moves from one to
# the other over TLS, with its disk; nobody takes it to a host of another name, and
# its disk runs only once.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/hosts.bash
. tests/net/hosts.bash
# shellcheck source=tests/peers/guest.bash
. tests/peers/guest.bash

disk=$WORK/guest.img
node=$WORK/node
pki=$node/run/roost/guests-pki

# The links that tmpfiles.d makes on a node.
make_links() { awk -v root="$node" '$1 == "L" { system("ln -s " $7 " " root $2) }' overlay/usr/lib/tmpfiles.d/roost-guests.conf; }
# run NAME SIDE PKI OPTION [COMMAND...]: QEMU with the guest, its console in $WORK/NAME.console, its monitor in
# NAME.monitor; started by the command
run() {
	# shellcheck disable=SC2086 # words
	"${@:5}" timeout 120 qemu-system-x86_64 -machine pc -accel tcg -m 32 -display none -nodefaults -no-user-config $4 \
		-object "tls-creds-x509,id=tls,dir=$3,endpoint=$2,verify-peer=on" -drive "if=virtio,format=raw,cache=none,file=$disk" \
		-serial "file:$WORK/$1.console" -monitor "unix:$WORK/$1.monitor,server,nowait" 2>"$WORK/$1.qemu" &
	within 10 test -S "$WORK/$1.monitor"
}
tell() { { echo "$2"; read -r -t 1 <> <(:); } | socat - "UNIX-CONNECT:$WORK/$1.monitor" | tr -d '\r'; } # NAME COMMAND
count() { tr -d '\r' <"$WORK/$1.console" | sed -n 's/^count 0*\([1-9][0-9]*\)$/\1/p' | tail -n 1; }    # NAME
counts() { [ "$(count "$1")" -gt "${2:-0}" ]; }                                                          # NAME [FROM]
migration() { tell "$1" "info migrate" | sed -n 's/^Migration status: *//p' | head -n 1; }
has_moved() { contains "$(migration "$1")" completed; }
has_failed() { contains "$(migration "$1")" failed; }
send() { tell "$1" "migrate_set_parameter tls-creds tls" >/dev/null && tell "$1" "migrate -d tcp:$2:49152" >/dev/null; } # NAME HOST
receive() { tell "$1" "migrate_set_parameter tls-creds tls" >/dev/null && tell "$1" "migrate_incoming tcp:0.0.0.0:49152" >/dev/null; }

hosts_network 10.99.0.2 10.99.0.3
check "the appliance starts" start_appliance --heartbeat 1 --listen 10.99.0.1:8443
start_host "$node" node1 11111111-2222-4333-8444-000000000001
check "the agent gets guests' certificate" within 30 test -s "$pki/server-cert.pem"
check "QEMU finds it at both ends" make_links
check "a guest's disk" make_counting_disk "$disk"

screen="-object tls-creds-x509,id=vnc,dir=$pki,endpoint=server,verify-peer=on -vnc 127.0.0.1:7,tls-creds=vnc"
check "the guest is started" run first client "$pki" "$screen"
check "it counts" within 30 counts first
refuses_disk() { ! timeout 20 qemu-system-x86_64 -accel tcg -m 32 -display none -nodefaults -drive "if=virtio,format=raw,file=$disk"; }
check "its disk does not run twice" contains "$(refuses_disk 2>&1)" 'Failed to get "write" lock'

# view ADDRESS OPTION...: what a viewer sees that wants the host of this address; the name is in the first message
view() {
	rm -f "$WORK/viewer"
	socat "UNIX-LISTEN:$WORK/viewer" "EXEC:tests/peers/vencrypt 127.0.0.1 5907" &
	within 5 test -S "$WORK/viewer" && { printf '\1'; read -r -t 3 <> <(:); } |
		timeout 20 openssl s_client -quiet -verify_quiet -unix "$WORK/viewer" -CAfile "$state/ca.pem" \
			-verify_return_error -verify_ip "$@" 2>&1 | tr -d '\0'
}
check "alice's certificate" ctl client-cert alice --directory "$WORK/alice"
alice=(-cert "$WORK/alice/clientcert.pem" -key "$WORK/alice/clientkey.pem")
check "alice sees the guest's screen, over TLS" contains "$(view 10.99.0.2 "${alice[@]}")" QEMU
check "without a certificate nobody does" not contains "$(view 10.99.0.2)" QEMU
check "and nobody takes it for another host's" contains "$(view 10.99.0.3 "${alice[@]}")" "IP address mismatch"

check "another host waits for it" run second server "$pki" "-incoming defer" in_switch
receive second
check "under a name that is not in its certificate it gets no guest" send first 10.99.0.3
check "and the first keeps it" within 20 has_failed first
check "QEMU says why" contains "$(tell first "info migrate")" 'does not match the hostname 10\.99\.0\.3'
check "QEMU waits for a guest only once: another one does" run third server "$pki" "-incoming defer" in_switch
receive third
before=$(count first)
check "under its own address it does" send first 10.99.0.2
check "the guest moves" within 40 has_moved first
check "it goes on from where it was" within 30 counts third "$before"
has_counted() { [ "$(disk_count "$disk")" -gt "$1" ]; }
check "in its disk, too" within 10 has_counted "$before"
echo "1..$tap_count"
exit $((tap_failed > 0))
