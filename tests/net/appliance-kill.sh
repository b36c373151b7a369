#!/bin/bash
# SPDX-License-Identifier: MIT
# SIGKILL at any moment loses no acknowledged registration: the appliance is killed again and again
# while hosts register, at moments that differ, and afterwards every host that got a 201 is on record
# with the key that it was told.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

rounds=8
check "it starts" start_appliance --registrations 0
token=$(ctl token create)
make_key shared
fingerprint=$(ctl fingerprint)

# register_on ROUND: hosts register one after the other, until the server is gone; each 201 is noted.
register_on() {
	local n id answer
	for ((n = 0; n < 200; n++)); do
		id=$(printf '4c4c4544-0042-3510-8052-%06x%06x' "$1" "$n")
		jq -n --rawfile csr "$WORK/shared.csr" --arg id "$id" --arg serial "$id" \
			'{id: $id, csr: $csr, facts: {system: {serial: $serial}, nics: []}}' >"$WORK/request-$1"
		answer=$(curl -s --max-time 10 --cacert "$state/ca.pem" -H "Authorization: Bearer $token" \
			-w '\n%{http_code}' --data-binary @"$WORK/request-$1" "$nodes/v1/hosts") || return 0
		[ "${answer##*$'\n'}" != 201 ] || echo "$id" >>"$WORK/acknowledged"
	done
}

: >"$WORK/acknowledged"
for ((round = 1; round <= rounds; round++)); do
	before=$(wc -l <"$WORK/acknowledged")
	register_on $round &
	client=$!
	# At least one is through; then a little later in each round.
	more_came() { [ "$(wc -l <"$WORK/acknowledged")" -gt "$before" ]; }
	within 20 more_came
	read -r -t "0.0$((round * 11 % 10))$((round * 7 % 10))" <> <(:)
	stop_appliance KILL
	wait $client
	start_appliance --registrations 0 || break
done
check "it came back after each of $rounds kills" equals "$((round - 1))" "$rounds"
acknowledged=$(wc -l <"$WORK/acknowledged")
check "hosts registered meanwhile" test "$acknowledged" -ge "$rounds"
ctl hosts --json | jq -r '.hosts[] | select(.state == "registered") | .id' | sort >"$WORK/on-record"
lost() { sort "$WORK/acknowledged" | comm -23 - "$WORK/on-record"; }
check "every acknowledged host is on record ($acknowledged)" equals "$(lost)" ""
check "with its facts and its key" equals \
	"$(sqlite3 "$state/appliance.db" "SELECT count(*) FROM hosts WHERE key_id IS NULL OR facts NOT LIKE '%' || id || '%'")" 0
check "the token counted each once" equals "$(ctl token list --json | jq '.tokens[0].used')" "$(wc -l <"$WORK/on-record")"
check "the database is sound" equals "$(sqlite3 "$state/appliance.db" 'PRAGMA integrity_check')" ok
check "the authority is the same" equals "$(ctl fingerprint)" "$fingerprint"

# Killed during its very first start, it still comes up, with one authority.
for delay in 01 03 05 08 12; do
	state=$WORK/first-$delay
	mkdir "$state"
	roost-appliance --state "$state" --listen 127.0.0.1:0 --admin 127.0.0.1:0 2>/dev/null &
	first=$!
	read -r -t "0.$delay" <> <(:)
	kill -KILL $first
	wait $first 2>/dev/null
	roost-appliance --state "$state" --listen 127.0.0.1:0 --admin 127.0.0.1:0 2>"$WORK/first.log" &
	first=$!
	check "killed 0.$delay s into its first start, it starts the next time" within 20 test -s "$state/endpoints.json"
	check "with a whole authority" openssl x509 -in "$state/ca.pem" -noout
	kill $first
	wait $first
done
echo "1..$tap_count"
