#!/bin/bash
# SPDX-License-Identifier: MIT
# The appliance under hostile or broken clients: everything is bounded, nothing ends it, and others are
# served meanwhile. PAINS 23 (a storm of registrations is told when to come again).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

check "it starts" start_appliance --registrations 2 --max-connections 60 --max-per-address 50
token=$(ctl token create)
auth=(-H "Authorization: Bearer $token")
alive() { answers 200 GET $nodes/v1/ca.pem; }

# ---- Bodies ------------------------------------------------------------------------------------------

post() { # STATUS FILE [CURL-OPTION...]
	local wanted=$1 file=$2
	shift 2
	answers "$wanted" POST $nodes/v1/hosts "${auth[@]}" --data-binary @"$file" "$@"
}
refused() { # FILE: 400, but first wait until the rate limit lets it through
	within 10 post 400 "$1"
}

i=0
while IFS= read -r text; do
	i=$((i + 1))
	printf '%s' "$text" >"$WORK/body-$i"
	check "a body of $(printf '%q' "${text:0:40}")" refused "$WORK/body-$i"
done <<'END'

{
null
[]
"text"
{"id": 1}
{"id": null, "csr": null, "facts": null}
{"id": "4c4c4544-0042-3510-8052-b4c04f503031"}
{"id": "4c4c4544-0042-3510-8052-b4c04f503031", "id": "4c4c4544-0042-3510-8052-b4c04f503032"}
{"id": "\u0000", "csr": "x", "facts": {}}
{"id": "4c4c4544-0042-3510-8052-b4c04f503031", "csr": "x", "facts": {"system": {}, "nics": [[]]}}
{"id": "4c4c4544-0042-3510-8052-b4c04f503031'; DROP TABLE hosts; --", "csr": "x", "facts": {}}
END
head -c 100000 /dev/urandom >"$WORK/garbage"
check "a body of garbage" refused "$WORK/garbage"
{ printf '{"id": '; head -c 500000 /dev/zero | tr '\0' '['; } >"$WORK/deep"
check "a body nested half a million deep" refused "$WORK/deep"
head -c $((1024 * 1024 + 1)) /dev/zero >"$WORK/large"
check "a body of 1 MiB and a byte" post 413 "$WORK/large"
head -c $((100 * 1024 * 1024)) /dev/zero >"$WORK/huge"
# The connection may end while curl still sends; then there is no answer, and that is right, too.
refused_or_cut() { [[ $code == @(413|431|000|100) ]] || { echo "$code: $body"; return 1; }; }
announced() {
	call POST $nodes/v1/hosts "${auth[@]}" -H "Expect:" --data-binary @"$WORK/huge"
	refused_or_cut
}
check "a body of 100 MB, announced" announced
endless() {
	call POST $nodes/v1/hosts "${auth[@]}" -H "Transfer-Encoding: chunked" -T "$WORK/huge"
	refused_or_cut
}
check "a body of 100 MB, not announced" endless
check "without a token, a body is not even looked at" answers 401 POST $nodes/v1/hosts --data-binary @"$WORK/garbage"
check "it lives" alive

# ---- Connections -------------------------------------------------------------------------------------

tls() { timeout 20 openssl s_client -quiet -connect 127.0.0.1:8443 2>/dev/null; }
truncated() {
	printf 'POST /v1/hosts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{"id"' "$token" |
		timeout 1 openssl s_client -quiet -connect 127.0.0.1:8443
	true
}
check "a body that breaks off" truncated
check "it lives" alive
long_header() {
	call GET $nodes/v1/ca.pem -H "X-Long: $(head -c 100000 /dev/zero | tr '\0' a)"
	refused_or_cut
}
check "a header of 100 KB is refused" long_header
answer_to() { printf "$1" | tls | head -n 1; }
check "a request line of garbage" contains "$(answer_to 'GET\r\n\r\n')" '^$|^HTTP/1.1 4'
check "two lengths" contains "$(answer_to 'POST /v1/hosts HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef')" '^$|^HTTP/1.1 4'
check "a negative length" contains "$(answer_to 'POST /v1/hosts HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n')" '^$|^HTTP/1.1 4'
plain() { ! curl -s --max-time 5 http://127.0.0.1:8443/v1/ca.pem | grep -q CERTIFICATE; }
check "plain HTTP gets nothing" plain
garbage_handshake() { head -c 3000 "$WORK/garbage" | timeout 5 socat - TCP:127.0.0.1:8443; true; }
check "garbage in place of a handshake" garbage_handshake
check "it lives" alive

hold() { # COUNT: idle connections
	local n
	for ((n = 0; n < $1; n++)); do
		exec {fd}<>/dev/tcp/127.0.0.1/8443 || return
		fds+=("$fd")
	done
}
fds=()
check "40 connections that say nothing" hold 40
check "others are served meanwhile" alive
check "40 more are over the limit" hold 40
full() { ! answers 200 GET $nodes/v1/ca.pem --max-time 2; }
check "which holds" full
check "operators are served all the same" ctl hosts
for fd in "${fds[@]}"; do exec {fd}>&-; done
check "when they are gone, it serves again" within 10 alive

# ---- A storm -----------------------------------------------------------------------------------------

codes=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	call POST $nodes/v1/hosts "${auth[@]}" -d '{}'
	codes="$codes $code"
	[ "$code" != 429 ] || storm_headers=$headers
done
check "more registrations at once than allowed are told to come again" contains "$codes" 429
check "and when" contains "${storm_headers:-}" '^Retry-After: [0-9]+$'
check "later they are heard" within 10 post 400 "$WORK/body-2"

# ---- Memory ------------------------------------------------------------------------------------------

resident_mib() { awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$appliance_pid/status"; }
# The sanitizers' own memory is in it, and the 100 MB of the bodies above are not.
check "it used less than 400 MiB at any time" test "$(resident_mib)" -lt 400

# ---- A full disk -------------------------------------------------------------------------------------

stop_appliance TERM
mkdir -p "$WORK/small"
mount -t tmpfs -o size=2m,mode=0700 roost-test "$WORK/small"
state=$WORK/small/state
check "it starts on a small disk" start_appliance
token=$(ctl token create)
make_request one 4c4c4544-0042-3510-8052-b4c04f503031 52:54:00:00:00:01 S1
cat /dev/zero >"$WORK/small/full" 2>/dev/null
check "the disk is full: not acknowledged" register one "$token" 500
check "the log says why" contains "$(tail -n 3 "$log")" 'POST /v1/hosts 500 .*(full|I/O)'
check "what is on record can be read" ctl hosts
rm "$WORK/small/full"
check "there is room again: registered" register one "$token" 201
check "the token counted it once" equals "$(ctl token list --json | jq '.tokens[0].used')" 1

# ---- The end -----------------------------------------------------------------------------------------

secret_lines() { grep -F -e "${token#*.}" "$log"; }
check "no secret is in the log" not secret_lines
control_characters() { LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]' "$log"; }
check "nor a control character" not control_characters
stop_appliance TERM
check "it ends cleanly" equals "$status" 0
check "no sanitizer said a word" not grep -E 'Sanitizer|runtime error' "$log"
echo "1..$tap_count"
