#!/bin/bash
# SPDX-License-Identifier: MIT
# `logging --host`: the real roost-log sends a journal to a real rsyslogd, over TCP and over TLS with
# certificates at both ends. What comes while the receiver is away arrives later, in order, nothing twice but
# what was on its way; a receiver with another certificate, or one that does not know this host, gets nothing.
# PAINS 19 (what happened outlives the host's RAM), 13 (nothing falls back to an unverified connection).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/peers/syslog.bash
. tests/peers/syslog.bash

node=$WORK/node
mkdir -p "$node/run/log/journal" "$node/run/roost/pki" "$node/proc/net"

# ---- A journal that grows ----------------------------------------------------------------------------------

mkfifo "$WORK/export"
/usr/lib/systemd/systemd-journal-remote -o "$node/run/log/journal/system.journal" - <"$WORK/export" 2>/dev/null &
exec 3>"$WORK/export"
clock=1795219200000000
entry() { # MESSAGE [FIELD=VALUE...]
	clock=$((clock + 1))
	printf '%s\n' "__REALTIME_TIMESTAMP=$clock" "__MONOTONIC_TIMESTAMP=$((clock - 1795219100000000))" \
		_BOOT_ID=11111111111111111111111111111111 _HOSTNAME=node1 SYSLOG_IDENTIFIER=roost-agent _PID=123 \
		"MESSAGE=$1" "${@:2}" "" >&3
}

# ---- A receiver --------------------------------------------------------------------------------------------

received=$WORK/receiver/received
mkdir "$WORK/receiver"
: >"$received"
receiver() { receiver=$(start_syslog_receiver "$WORK/receiver" "$@"); } # PORT [CONFIGURATION]
is_gone() { ! kill -0 "$receiver" 2>/dev/null; }
receiver_ends() { kill "$@" "$receiver" && within 10 is_gone; }
has() { grep -qF -- "$1" "$received"; }
times() { grep -cF -- "$1" "$received"; }
report() { jq -e "$1" "$node/run/roost/logs.json"; }
configure() { echo "$*" >"$node/run/roost/host.conf.new" && mv "$node/run/roost/host.conf.new" "$node/run/roost/host.conf"; }

# ---- TCP ---------------------------------------------------------------------------------------------------

entry "before the sender" PRIORITY=3
configure "network --bootproto=dhcp"
check "no receiver is configured: it ends at once" timeout 5 roost-log send --root "$node"
configure "logging --host=127.0.0.1 --port=5514"
roost-log send --root "$node" 2>"$WORK/log" &
sender=$!
check "nobody listens: told, with the reason" within 5 report '.state == "degraded" and (.reason | test("refused"))'
check "health says so" contains "$(roost health --root "$node")" 'logs +degraded .*refused'
check "the receiver starts" receiver 5514
check "what was logged before comes" within 10 has "before the sender"
check "with its time, host, name and process" \
	contains "$(cat "$received")" '^27 2026-11-21T00:00:00.000001(Z|\+00:00) node1 roost-agent 123 +before the sender$'
check "all is well then" within 5 report '.state == "ok" and .receiver == "127.0.0.1:5514"'
entry $'one line\tonly'
entry "of the kernel" PRIORITY=2 SYSLOG_FACILITY=0 SYSLOG_IDENTIFIER=kernel
check "an entry comes when it is written" within 3 has "of the kernel"
check "the kernel's have its facility" contains "$(grep -F 'of the kernel' "$received")" '^2 '
entry "$(printf 'x%.0s' {1..9000}) END"
entry "after the long one"
check "a message beyond the bound is cut" within 5 has "after the long one"
check "and does not break what follows" not has "x END"

# ---- Away --------------------------------------------------------------------------------------------------

within 5 test -e "$node/run/roost/log-cursor"
receiver_ends
check "the receiver goes: told" within 5 report '.state == "degraded"'
for i in {1..200}; do entry "while away $i;"; done
receiver 5514
check "what came meanwhile comes when it is back, in a minute at most" within 60 has "while away 200;"
check "each of them" equals "$(for i in {1..200}; do times "while away $i;"; done | grep -c '^[1-9]')" 200
check "in order" equals "$(grep -o 'while away [0-9]*' "$received" | sort -s -u -k 3n | tail -n 1)" "while away 200"
receiver_ends -KILL
entry "as it was killed"
receiver 5514
check "a receiver that was killed gets what it had not written" within 60 has "as it was killed"

# The sender itself goes on where it was, and not from the beginning.
cursor_is_new() { [ "$(cat "$node/run/roost/log-cursor")" != "$cursor" ]; }
within 10 report '.state == "ok"'
cursor=$(cat "$node/run/roost/log-cursor")
entry "delivered"
within 10 cursor_is_new
kill $sender
wait $sender 2>/dev/null
entry "while it was ended"
roost-log send --root "$node" 2>>"$WORK/log" &
sender=$!
check "a sender that starts again goes on" within 10 has "while it was ended"
check "where it was" equals "$(times "before the sender") $(times "delivered")" "1 1"

# ---- TLS ---------------------------------------------------------------------------------------------------

certificate() { # FILE SUBJECT ISSUER: an authority signs itself
	openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/$1.key"
	openssl req -new -key "$WORK/$1.key" -subj "$2" -out "$WORK/$1.csr"
	if [ "$1" = "$3" ]; then
		openssl req -x509 -key "$WORK/$1.key" -subj "$2" -days 2 -out "$WORK/$1.pem"
	else
		openssl x509 -req -in "$WORK/$1.csr" -CA "$WORK/$3.pem" -CAkey "$WORK/$3.key" -CAcreateserial -days 2 -out "$WORK/$1.pem"
	fi
}
fingerprint() { openssl x509 -in "$1" -outform DER | sha256sum | cut -d ' ' -f 1; }
tls='global(defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="'$WORK'/ca.pem"
	defaultNetstreamDriverCertFile="'$WORK'/receiver.pem" defaultNetstreamDriverKeyFile="'$WORK'/receiver.key")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")'
for name in "ca /CN=authority ca" "receiver /CN=receiver ca" "host /O=roost-host/CN=node1 ca" "stranger /CN=stranger stranger"; do
	# shellcheck disable=SC2086
	certificate $name 2>/dev/null
done
receiver_ends
receiver 6514 "$tls"
configure "logging --host=127.0.0.1 --port=6514"
entry "in the clear"
check "a receiver that wants TLS gets nothing in the clear" within 10 report '.state == "degraded"'
configure "logging --host=127.0.0.1 --port=6514 --fingerprint=$(fingerprint "$WORK/stranger.pem")"
check "another certificate than the configured: refused, and told" \
	within 10 report '.reason | test("has the fingerprint .*, expected")'
configure "logging --host=127.0.0.1 --port=6514 --fingerprint=$(fingerprint "$WORK/receiver.pem")"
check "a receiver that does not know this host takes nothing" within 10 report '.reason | test("6514: ") and (test("expected") | not)'
check "so far" not has "in the clear"
cp "$WORK/host.key" "$node/run/roost/pki/key.pem"
cp "$WORK/host.pem" "$node/run/roost/pki/cert.pem"
check "with the host's certificate it arrives" within 60 has "in the clear"
check "and all is well" within 10 report '.state == "ok"'
entry "over TLS"
check "so do new ones" within 3 has "over TLS"
receiver_ends
entry "while TLS was away"
receiver 6514 "$tls"
check "and those of the time that it was away" within 60 has "while TLS was away"

# ---- End ---------------------------------------------------------------------------------------------------

ends() { ! kill -0 $sender 2>/dev/null; }
configure "network --bootproto=dhcp"
check "without the line it ends" within 5 ends
check "and says nothing any more" not test -e "$node/run/roost/logs.json"
check "its own log is short" test "$(wc -l <"$WORK/log")" -lt 60
[ "$tap_failed" -eq 0 ]
