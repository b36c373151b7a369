#!/bin/bash
# SPDX-License-Identifier: MIT
# Hosts' keytabs at the appliance: whose host gets which, who gets none, and that the keys are nowhere else.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/peers/kerberos.bash
. tests/peers/kerberos.bash

one=11111111-2222-4333-8444-000000000001
two=11111111-2222-4333-8444-000000000002
KEY=SECRET-KEY-OF-THE-SERVICE-32-BYT # 32 bytes, which are to be found nowhere
path=/v1/hosts/$one/keytab

# keytab PRINCIPAL: a keytab with that key, in $WORK/keytab
keytab() { keytab_with_key "$WORK/keytab" "$1" "$KEY" && grep -qa "$KEY" "$WORK/keytab"; }
beat() { as_host "$1" 200 POST "/v1/hosts/$2/heartbeat" -d '{"state": "ready", "hostname": "'"$1"'"}'; } # NAME ID
offered() { beat one $one && body_has ".keytab == \"$(sha256sum <"$WORK/keytab" | cut -d ' ' -f 1)\""; }
gets() { as_host one 200 GET "$path" && cmp "$WORK/body" "$WORK/keytab" && header_has 'Cache-Control: no-store'; }
version() { sqlite3 "$state/appliance.db" 'PRAGMA user_version'; }

check "the appliance starts" start_appliance
token=$(ctl token create)
check "two hosts" make_request one $one 3c:fd:fe:00:00:01 S1
check "register" register one "$token" 201
make_request two $two 3c:fd:fe:00:00:02 S2
check "both" register two "$token" 201
check "no keytab is offered before there is one" beat one $one
check "not even with null" body_has 'has("keytab") | not'
check "nor given" as_host one 404 GET "$path"

check "a keytab of another service" keytab HTTP/one.example.net@EXAMPLE.NET
check "is refused" contains "$(ctl keytab set one "$WORK/keytab" 2>&1)" 'expected a key of libvirt/NAME-OF-THE-HOST@REALM'
check "one of another host" keytab libvirt/other.example.net@EXAMPLE.NET
check "is taken, with a warning" contains "$(ctl keytab set one "$WORK/keytab" 2>&1)" 'no key is of libvirt/one'
check "the host's own" keytab libvirt/one.example.net@EXAMPLE.NET
check "is taken without one" equals "$(ctl keytab set one "$WORK/keytab" 2>&1)" ""
check "it is shown without its keys" equals "$(ctl keytab show one)" \
	"libvirt/one.example.net@EXAMPLE.NET  version 7  aes256-cts-hmac-sha1-96"
check "it is offered" offered
check "and given to its host" gets
check "not to another one" as_host two 403 GET "$path"
check "whose heartbeat has none" beat two $two
check "of it" body_has 'has("keytab") | not'
check "not without a certificate" answers 401 GET "$nodes$path"
check "not for a join token" answers 401 GET "$nodes$path" -H "Authorization: Bearer $token"
check "operators do not get it" admin_answers 200 GET "hosts/$one/keytab"
check "but whose keys are in it" body_has '.keys == [{principal: "libvirt/one.example.net@EXAMPLE.NET", version: 7, encryption: "aes256-cts-hmac-sha1-96"}]'
check "nodes set none" answers 404 PUT "$nodes/v1/admin/hosts/$one/keytab" --data-binary "@$WORK/keytab"
check "too large a one" admin_answers 400 PUT "hosts/$one/keytab" --data-binary "@$(dd if=/dev/zero of="$WORK/big" bs=1k count=65 status=none; echo "$WORK/big")"
check "and half a one" admin_answers 400 PUT "hosts/$one/keytab" --data-binary "@$(head -c 60 "$WORK/keytab" >"$WORK/half"; echo "$WORK/half")"
check "are refused, and nothing changes" gets
check "so is one for a host that is not there" admin_answers 404 PUT "hosts/${two%2}9/keytab" --data-binary "@$WORK/keytab"

# ---- Where the keys are ------------------------------------------------------------------------------------

encoded=$(base64 -w 0 "$WORK/keytab")
where() { grep -alr -e "$KEY" -e "${encoded:0:40}" "$state" "$log"; } # what a look for the keys finds
check "the keys are in the store" contains "$(where)" 'appliance\.db'
check "and nowhere else" equals "$(where | grep -cv 'appliance\.db')" 0
check "which the appliance alone reads" equals "$(stat -c %a "$state"/appliance.db* | sort -u)" 600
answers_of() { ctl hosts --json; ctl host show one --json; ctl host show one; ctl keytab show one --json; }
check "no answer to an operator has them" not contains "$(answers_of)" "$KEY|${encoded:0:40}"

# ---- A store of the version before -------------------------------------------------------------------------

stop_appliance
check "a store of the version before" sqlite3 "$state/appliance.db" 'ALTER TABLE hosts DROP COLUMN keytab; PRAGMA user_version = 1'
check "is taken over" start_appliance
check "as what it is" equals "$(version)" 2
check "its hosts are there" beat one $one
check "and may have keytabs" ctl keytab set one "$WORK/keytab"
check "as new ones may" gets
stop_appliance
check "it is there after a restart" start_appliance
check "still" gets
stop_appliance
sqlite3 "$state/appliance.db" 'PRAGMA user_version = 3'
refused() { ! timeout 20 roost-appliance --state "$state" --listen 127.0.0.1:8443 --admin 127.0.0.1:8444 2>&1; }
check "one of a version to come is refused" contains "$(refused)" 'has version 3, expected 2 at most: it was written by a newer'
sqlite3 "$state/appliance.db" 'PRAGMA user_version = 2'
check "and is as it was" start_appliance

check "it is taken away" ctl keytab unset one
check "then it is not given" as_host one 404 GET "$path"
check "nor offered" beat one $one
check "any more" body_has 'has("keytab") | not'
ctl keytab set one "$WORK/keytab"
check "the host is removed" ctl host remove one
check "its keytab with it" equals "$(sqlite3 "$state/appliance.db" 'SELECT count(*) FROM hosts WHERE keytab IS NOT NULL')" 0
check "a command for a host that is not there" contains "$(ctl keytab show one 2>&1)" 'there is no host one'

echo "1..$tap_count"
exit $((tap_failed > 0))
