#!/bin/bash
# SPDX-License-Identifier: MIT
# Every call of the appliance, with curl as the client: who may, who may not, and what comes back.
# PAINS 8 (the same UUID from other hardware is held, placeholders are refused), 21 (no new approval).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

one=4c4c4544-0042-3510-8052-b4c04f503031
two=4c4c4544-0042-3510-8052-b4c04f503032
json=(-H "Content-Type: application/json")
boot=$WORK/boot
mkdir -p "$boot/sub"
head -c 300000 /dev/urandom >"$boot/sub/kernel"
echo secret >"$WORK/outside"
ln -s ../outside "$boot/link"
ln -s sub/kernel "$boot/inside"
mkfifo "$boot/fifo"

# ---- Start -------------------------------------------------------------------------------------------

check "it starts" start_appliance --heartbeat 1 --boot-dir "$boot" --name appliance.example.net
mode() { stat -c %a "$state/$1"; }
check "the state folder is private" equals "$(mode .)" 700
check "the authority's key is private" equals "$(mode ca.key)" 600
check "the server's key is private" equals "$(mode server.key)" 600
check "the admin token is private" equals "$(mode admin.token)" 600
check "the database is private" equals "$(mode appliance.db)" 600
fingerprint=$(openssl x509 -in "$state/ca.pem" -outform DER | sha256sum | cut -d' ' -f1)
check "--print-fingerprint is the SHA-256 of the certificate" \
	equals "$(roost-appliance --state "$state" --print-fingerprint)" "$fingerprint"
check "so is roostctl's" equals "$(ctl fingerprint)" "$fingerprint"
check "a second one on the same state refuses" \
	contains "$(roost-appliance --state "$state" --listen 127.0.0.1:0 --admin 127.0.0.1:0 2>&1)" "another roost-appliance"
check "docs/api.md is what the server's own table says" diff <(roost-appliance --print-api) docs/api.md

# ---- The authority -----------------------------------------------------------------------------------

check "anyone gets the CA" answers 200 GET $nodes/v1/ca.pem
check "it is the one in the state folder" equals "$body" "$(cat "$state/ca.pem")"
check "also at the admin address" answers 200 GET $admin/v1/ca.pem
check "the server's certificate has the given name" answers 200 GET https://appliance.example.net:8443/v1/ca.pem \
	--resolve appliance.example.net:8443:127.0.0.1
check "and no other" not answers 200 GET https://other.example.net:8443/v1/ca.pem --resolve other.example.net:8443:127.0.0.1
tls() { openssl s_client -connect 127.0.0.1:8443 -cipher DEFAULT@SECLEVEL=0 "$@" </dev/null; }
check "TLS 1.2 is spoken" tls -tls1_2
check "TLS 1.1 is not" not tls -tls1_1

# ---- Routes ------------------------------------------------------------------------------------------

check "an unknown path" answers 404 GET $nodes/v2/hosts
check "is JSON" body_has .error
check "an unknown method" answers 405 DELETE $nodes/v1/hosts
check "operators' calls are not at the nodes' address" answers 404 GET $nodes/v1/admin/hosts \
	-H "Authorization: Bearer $(cat "$state/admin.token")"
check "nor the web page" answers 404 GET $nodes/
check "nodes' calls are not at the operators' address" answers 404 POST $admin/v1/hosts -d '{}'

# ---- Join tokens -------------------------------------------------------------------------------------

check "operators need the token" answers 401 GET $admin/v1/admin/tokens
check "a wrong one is refused" answers 401 GET $admin/v1/admin/tokens -H "Authorization: Bearer 0123"
check "Basic is for the web page alone" answers 401 GET $admin/v1/admin/tokens -u "x:$(cat "$state/admin.token")"
check "a token is made" admin_answers 201 POST tokens "${json[@]}" -d '{"uses_max": 1}'
token=$(jq -r .token <<<"$body")
check "it is listed" admin_answers 200 GET tokens
check "without its secret" not contains "$body" "${token#*.}"
check "for a pool that is not there" admin_answers 404 POST tokens "${json[@]}" -d '{"pool": "nowhere"}'
check "with a wrong approval" admin_answers 400 POST tokens "${json[@]}" -d '{"approval": "perhaps"}'
check "the field is named" body_has '.field == "approval"'

# ---- Registration ------------------------------------------------------------------------------------

make_request one $one 52:54:00:00:00:01 S1
check "without a token" answers 401 POST $nodes/v1/hosts --data-binary @"$WORK/one.json"
check "the field is named" body_has '.field == "token"'
check "with a wrong token" register one "${token%?}x" 401
check "with the token's id alone" register one "${token%%.*}" 401
check "a new host" register one "$token" 201
check "joins the default pool" body_has '.id == "'$one'" and .state == "registered" and .pool == "default"'
check "its certificate names it" contains "$(openssl x509 -in "$WORK/one.pem" -noout -subject)" "CN = $one"
check "our authority signed it, for clients" openssl verify -CAfile "$state/ca.pem" -purpose sslclient "$WORK/one.pem"
not_before=$(date -d "$(openssl x509 -in "$WORK/one.pem" -noout -startdate | cut -d= -f2)" +%s)
check "it began a day ago" test $(($(date +%s) - not_before)) -ge 86400
check "again, though the token is used up: the same host" register one "$token" 201
make_request two $two 52:54:00:00:00:02 S2
check "another host: the token is used up" register two "$token" 401
many=$(ctl token create)
check "with a token that has no limit" register two "$many" 201
make_request twin $one 52:54:00:00:00:99 S9
check "the same UUID from other hardware is held" register twin "$many" 409
check "the field is named" body_has '.field == "id" and .state == "duplicate"'
check "with Retry-After" header_has '^Retry-After: [0-9]+$'
register twin "$many" 409 >/dev/null
check "it is shown, and counted" admin_answers 200 GET hosts/$one
check "once, with two tries" body_has '.held_duplicates | length == 1 and .[0].times == 2 and .[0].facts.system.serial == "S9"'
check "the first one is untouched" body_has '.state == "registered" and .facts.system.serial == "S1"'
make_request placeholder 03000200-0400-0500-0006-000700080009 52:54:00:00:00:03 S3
check "a placeholder UUID is refused" register placeholder "$many" 400
check "the field is named" body_has '.field == "id"'
jq '.csr = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"' "$WORK/two.json" >"$WORK/bad.json"
check "a CSR that is none" register bad "$many" 400
check "the field is named" body_has '.field == "csr"'
manual=$(ctl token create --approval manual)
make_request three 4c4c4544-0042-3510-8052-b4c04f503033 52:54:00:00:00:04 S4
check "a token with manual approval: pending" register three "$manual" 202
check "with Retry-After" header_has '^Retry-After: [0-9]+$'
check "no certificate" body_has '.state == "pending" and (has("certificate") | not)'
check "still pending" register three "$many" 202
check "approved" ctl host approve 4c4c4544-0042-3510-8052-b4c04f503033
check "then it gets its certificate" register three "$manual" 201
check "rejected" ctl host reject 4c4c4544-0042-3510-8052-b4c04f503033
check "then it is refused" register three "$many" 403
check "its certificate too" as_host three 403 GET /v1/hosts/4c4c4544-0042-3510-8052-b4c04f503033/kickstart
expiring=$(ctl token create --expires 1s)
make_request four 4c4c4544-0042-3510-8052-b4c04f503034 52:54:00:00:00:05 S5
over() { contains "$(ctl token list)" "${expiring%%.*} .*expired"; }
check "a token expires" within 5 over
check "an expired token" register four "$expiring" 401
check "says so" body_has '.error | contains("expired")'
ctl token revoke "$many"
check "a revoked token" register two "$many" 401

# ---- Kickstart ---------------------------------------------------------------------------------------

ks='network --device=br0 --bridgeslaves=bootif --bootproto=dhcp'
check "the pool's kickstart is set" ctl pool set-kickstart default - <<<"$ks"
check "a host gets it" as_host one 200 GET /v1/hosts/$one/kickstart
check "as it was set" equals "$body" "$ks"
etag=$(sed -n 's/^ETag: //p' <<<"$headers")
check "unchanged: 304" as_host one 304 GET /v1/hosts/$one/kickstart -H "If-None-Match: $etag"
check "without quotes as well" as_host one 304 GET /v1/hosts/$one/kickstart -H "If-None-Match: ${etag//\"/}"
check "changed: 200" as_host one 200 GET /v1/hosts/$one/kickstart -H 'If-None-Match: "0123"'
check "another host's: 403" as_host two 403 GET /v1/hosts/$one/kickstart
check "and no kickstart in the answer" not contains "$body" network
check "no certificate: 401" answers 401 GET $nodes/v1/hosts/$one/kickstart
check "the server's own certificate is no client's" answers 401 GET $nodes/v1/hosts/$one/kickstart \
	--cert "$state/server.pem" --key "$state/server.key"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$WORK/forged.key" -out "$WORK/forged.pem" \
	-subj "/CN=$one" -addext extendedKeyUsage=clientAuth 2>/dev/null
check "a certificate of its own making: 401" as_host forged 401 GET /v1/hosts/$one/kickstart
cp "$WORK/two.pem" "$WORK/old.pem" && cp "$WORK/two.key" "$WORK/old.key"
rm "$WORK/two.csr" && make_request two $two 52:54:00:00:00:02 S2
fresh=$(ctl token create)
check "a host that booted again, with a new key" register two "$fresh" 201
check "its old certificate is worth nothing" as_host old 403 GET /v1/hosts/$two/kickstart
check "its new one is" as_host two 200 GET /v1/hosts/$two/kickstart
own='network --device=br7 --bridgeslaves=bootif --bootproto=dhcp'
check "a host's own kickstart" ctl host set-kickstart $one - <<<"$own"
as_host one 200 GET /v1/hosts/$one/kickstart >/dev/null
check "wins over the pool's" equals "$body" "$own"
check "is taken away" ctl host unset-kickstart $one
as_host one 200 GET /v1/hosts/$one/kickstart >/dev/null
check "then the pool's again" equals "$body" "$ks"
printf 'netwrk --device=br0\nnetwork --device=br0 --mtu=many\n' >"$WORK/broken.ks"
check "a kickstart that no node would take" admin_answers 400 PUT pools/default/kickstart --data-binary @"$WORK/broken.ks"
check "comes back with all its problems" body_has '(.problems | length >= 2) and .field == "kickstart"'
check "with their lines" body_has '[.problems[] | contains("default:1:")] | any'
check "also for a host" admin_answers 400 PUT hosts/$one/kickstart --data-binary @"$WORK/broken.ks"

# PAINS 10: what is impossible on a host is refused here, and never reaches it.
nic=$(ctl host show $one --json | jq -r '.facts.nics[0].name')
mac=$(ctl host show $one --json | jq -r '.facts.nics[0].mac')
printf 'network --device=br0 --bridgeslaves=%s\nnetwork --device=br1 --bridgeslaves=%s\n' "$nic" "$mac" >"$WORK/twice.ks"
check "one card in two bridges, by two names of it: refused for the pool" admin_answers 400 PUT pools/default/kickstart --data-binary @"$WORK/twice.ks"
check "with the host's name and the reason" body_has '[.problems[] | test("'$one'.*is a port already, of ")] | any'
check "refused for the host" admin_answers 400 PUT hosts/$one/kickstart --data-binary @"$WORK/twice.ks"
echo 'network --device=br0 --bridgeslaves=nosuch0 --bootproto=dhcp' >"$WORK/missing.ks"
check "a card that the host lacks: refused for the host" admin_answers 400 PUT hosts/$one/kickstart --data-binary @"$WORK/missing.ks"
check "says so" body_has '[.problems[] | contains("nosuch0: this machine has no such NIC")] | any'
# PAINS 9: an iSCSI initiator's name belongs to one host.
echo 'iscsiname iqn.2026-01.test:shared' >"$WORK/named.ks"
check "one initiator name for all hosts of a pool: refused" admin_answers 400 PUT pools/default/kickstart --data-binary @"$WORK/named.ks"
check "says why" body_has '[.problems[] | test("iscsiname: .* hosts of pool default: a name belongs to one host")] | any'
check "for one host it is fine" admin_answers 200 PUT hosts/$one/kickstart --data-binary @"$WORK/named.ks"
check "for a second one: refused" admin_answers 400 PUT hosts/$two/kickstart --data-binary @"$WORK/named.ks"
check "with the name of the first" body_has '[.problems[] | test("iscsiname: iqn.2026-01.test:shared is the name of host .* already")] | any'
check "again for the first is fine" admin_answers 200 PUT hosts/$one/kickstart --data-binary @"$WORK/named.ks"
ctl host unset-kickstart $one
as_host one 200 GET /v1/hosts/$one/kickstart >/dev/null
check "nothing has changed" equals "$body" "$ks"
check "for a pool it is a warning" admin_answers 200 PUT pools/default/kickstart --data-binary @"$WORK/missing.ks"
check "for each of its hosts" body_has '[.warnings[] | contains("nosuch0: this machine has no such NIC")] | length >= 2'
warned() { contains "$(ctl pool set-kickstart default "$WORK/missing.ks" 2>&1)" "nosuch0: this machine has no such NIC"; }
check "which roostctl passes on" warned
check "the pool's kickstart as it was" ctl pool set-kickstart default - <<<"$ks"
check "nothing changed" equals "$(ctl pool show default)" "$ks"
check "a kickstart that is no text" admin_answers 400 PUT pools/default/kickstart --data-binary $'\xff\xfe'
check "of a pool that is not there" admin_answers 404 PUT pools/nowhere/kickstart --data-binary "$ks"

# ---- Heartbeats and facts ----------------------------------------------------------------------------

beat() { as_host one "$1" POST /v1/hosts/$one/heartbeat "${json[@]}" -d "$2"; }
check "a heartbeat" beat 200 '{"state": "configuring", "hostname": "n1", "timeline": [{"t_ms": 5, "event": "kernel", "text": "up"}]}'
check "names the generation" equals "\"$(jq -r .generation <<<"$body")\"" "$etag"
check "and the interval" body_has '.interval_s == 1'
check "the name is taken" contains "$(ctl hosts)" ' n1 .* configuring '
check "degraded, with a reason" beat 200 '{"state": "degraded", "reasons": ["NFS server 10.0.2.2 does not answer"]}'
check "is shown" contains "$(ctl hosts)" ' degraded .* NFS server 10.0.2.2 does not answer'
check "the timeline is kept" contains "$(ctl host show n1)" 'kernel +up'
check "ready" beat 200 '{"state": "ready"}'
check "roostctl wait sees it" ctl wait n1 --timeout 5
check "no heartbeat any more: lost" ctl wait n1 --state lost --timeout 15
within_time=$SECONDS
check "waiting for what does not come ends with 111" test "$(ctl wait n1 --timeout 1 2>"$WORK/wait"; echo $?)" = 111
check "in time" test $((SECONDS - within_time)) -le 5
check "and says why" contains "$(cat "$WORK/wait")" "no heartbeat for"
check "a state that is none" beat 400 '{"state": "fine"}'
check "the field is named" body_has '.field == "state"'
check "another host's heartbeat" as_host two 403 POST /v1/hosts/$one/heartbeat -d '{"state": "ready"}'
check "new facts" as_host one 204 PUT /v1/hosts/$one/facts -d '{"system": {"serial": "S1"}, "nics": [], "memory_mib": 4096}'
check "are shown" contains "$(ctl host show n1)" 'memory +4096 MiB'
check "facts that are none" as_host one 400 PUT /v1/hosts/$one/facts -d '{"system": 1}'

# ---- Boot files --------------------------------------------------------------------------------------

same_as() { cmp - "$WORK/body"; }
check "a boot file" answers 200 GET $nodes/boot/sub/kernel
check "is whole" cmp "$boot/sub/kernel" "$WORK/body"
tag=$(sed -n 's/^ETag: //p' <<<"$headers")
check "a part" answers 206 GET $nodes/boot/sub/kernel -r 100000-199999
check "is the right one" same_as < <(tail -c +100001 "$boot/sub/kernel" | head -c 100000)
check "says so" header_has '^Content-Range: bytes 100000-199999/300000$'
check "the end" answers 206 GET $nodes/boot/sub/kernel -r -10
check "is the end" same_as < <(tail -c 10 "$boot/sub/kernel")
check "behind the end" answers 416 GET $nodes/boot/sub/kernel -r 300000-
check "says the size" header_has '^Content-Range: bytes \*/300000$'
check "resumed, unchanged" answers 206 GET $nodes/boot/sub/kernel -r 10- -H "If-Range: $tag"
touch "$boot/sub/kernel"
check "resumed, replaced meanwhile: the whole" answers 200 GET $nodes/boot/sub/kernel -r 10- -H "If-Range: $tag"
check "a link inside" answers 200 GET $nodes/boot/inside
for path in ../outside %2e%2e/outside sub/../../outside link "" . sub fifo /etc/passwd sub%00/kernel nothing; do
	check "not served: /boot/$path" answers 404 GET "$nodes/boot/$path" --path-as-is
done
check "HEAD" answers 200 GET $nodes/boot/sub/kernel -I -X HEAD
check "says the length" header_has '^Content-Length: 300000$'

# ---- Pools and removal -------------------------------------------------------------------------------

check "a pool is made" ctl pool create web
check "once" not ctl pool create web
check "not with such a name" not ctl pool create ../web
check "it is listed" contains "$(ctl pool list)" '^web +0 '
check "an ambiguous host" contains "$(ctl host show 4c4c 2>&1)" "more than one host"
check "a host that is not there" contains "$(ctl host show nobody 2>&1)" "no host nobody"
check "removed" ctl host remove n1
check "its certificate: 404, register again" as_host one 404 GET /v1/hosts/$one/kickstart
check "the twin may come now" register twin "$fresh" 201

# ---- Figures and the page ----------------------------------------------------------------------------

check "metrics" answers 200 GET $admin/metrics
check "count hosts" contains "$body" '^roost_hosts\{state="registered"\} [1-9]'
check "count registrations" contains "$body" '^roost_registrations_total\{status="409"\} 2$'
check "and requests of each address" contains "$body" '^roost_requests_total\{address="nodes",status="201"\} [1-9]'
check "and bytes of boot files" contains "$body" '^roost_boot_bytes_total\{address="nodes"\} [1-9][0-9]{5}'
bad_lines() { grep -vE '^(# (HELP|TYPE) |[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+$)' <<<"$body"; }
check "are lines that Prometheus reads" not bad_lines
check "the page wants the password" answers 401 GET $admin/
check "and asks for it" header_has '^WWW-Authenticate: Basic '
as_host two 200 POST /v1/hosts/$two/heartbeat -d '{"state": "degraded", "reasons": ["<script>alert(1)</script>"], "address": "\"><img src=x>"}' >/dev/null
check "the page" answers 200 GET $admin/ -u "operator:$(cat "$state/admin.token")"
check "shows the host" contains "$body" "$two"
check "what the host says is text" contains "$body" '&lt;script&gt;alert\(1\)&lt;/script&gt;'
check "and nothing else" not contains "$body" '<script|<img'
check "no script may run" header_has "^Content-Security-Policy: default-src 'none'"

# ---- The end -----------------------------------------------------------------------------------------

check "the log has a line a request" contains "$(cat "$log")" 'POST /v1/hosts 201 '
secret_lines() { grep -F -e "${token#*.}" -e "${many#*.}" -e "$(cat "$state/admin.token")" -e "$ks" "$log"; }
check "and no secret" not secret_lines
serial() { openssl s_client -connect 127.0.0.1:8443 </dev/null 2>/dev/null | openssl x509 -noout -serial; }
before=$(serial)
rm "$state/server.pem"
kill -HUP "$appliance_pid"
renewed() { now=$(serial) && [ -n "$now" ] && [ "$now" != "$before" ]; }
check "SIGHUP: a new server certificate, without a new start" within 10 renewed
check "hosts go on" as_host two 200 GET /v1/hosts/$two/kickstart
stop_appliance TERM
check "SIGTERM ends it cleanly" equals "$status" 0
check "it starts again" start_appliance
check "with the same authority" equals "$(roost-appliance --state "$state" --print-fingerprint)" "$fingerprint"
check "the certificate of a host is still good" as_host two 200 GET /v1/hosts/$two/kickstart
stop_appliance TERM
check "no sanitizer said a word" not grep -E 'Sanitizer|runtime error' "$log"
echo "1..$tap_count"
