#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-fetch and the appliance's /boot/, over plain HTTP and over HTTPS with its CA pinned; and servers
# that are not that appliance, which are asked for their CA and for nothing else. PAINS 7 (clock wrong,
# TLS fails), 23.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/agent.bash
. tests/net/agent.bash
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/net/fetch.bash
. tests/net/fetch.bash

image=$WORK/boot/roost
make_image
check "the appliance starts" start_appliance --boot-dir "$WORK/boot" --boot-listen 127.0.0.1:8080
right=$(ctl fingerprint)
right=${right##* }
secure=$nodes/boot/roost
wrong=${right//[0-7]/8}

check "over HTTP" fetches 0 plain --url http://127.0.0.1:8080/boot/roost/
check "the image is right" has_image plain
check "over HTTPS" fetches 0 secure --url "$secure" --fingerprint "$right"
check "the image is right" has_image secure
in_colons=$(sed 's/../&:/g; s/:$//' <<<"${right^^}")
check "the fingerprint as openssl prints it" fetches 0 colons --url "$secure" --fingerprint "$in_colons"

mkdir "$WORK/rest"
head -c 1000000 "$image/packages.squashfs" >"$WORK/rest/packages.squashfs.part"
check "the rest of a layer" fetches 0 rest --url "$secure" --fingerprint "$right"
check "is all that is fetched" test "$(summary .bytes)" -lt $((packages_bytes - 1000000 + 20000 + 5000))
check "the image is right" has_image rest

# ---- Another appliance ------------------------------------------------------------------------------

check "another fingerprint" fetches 111 impostor --timeout 3 --url "$secure" --fingerprint "$wrong"
check "both are said" says "v1/ca.pem: its CA has the fingerprint $right, expected $wrong"
check "nothing is there" has_nothing_verified impostor
check "an honest mirror beside it" fetches 0 honest --timeout 30 --fingerprint "$wrong" --url "$secure" \
	--url http://127.0.0.1:8080/boot/roost
check "the image is right" has_image honest

make_ca "$WORK/ca"
make_ca "$WORK/other-ca"
ours=$(fingerprint "$WORK/ca/ca.crt")

# canned NAME CA-FOLDER PORT: shows the CA of $WORK/ca, with a certificate from CA-FOLDER.
canned() {
	folder=$WORK/$1
	cp -r "$WORK/ca" "$folder"
	cp "$2/server.pem" "$folder/server.pem"
	tests/net/canned-appliance "$folder" "$3" >"$folder.log" 2>&1 &
	within 10 listens "$3"
}
serves() { # NAME: the image
	for file in manifest.json packages.squashfs tools.squashfs; do
		{ printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'; cat "$image/$file"; } >"$WORK/$1/$file"
	done
}

canned own "$WORK/ca" 8451
serves own
check "its own certificate" fetches 0 own.image --timeout 30 --url https://127.0.0.1:8451/x --fingerprint "$ours"
check "the image is right" has_image own.image

canned stranger "$WORK/other-ca" 8452
serves stranger
check "a certificate from elsewhere" fetches 111 stranger.image --timeout 3 --url https://127.0.0.1:8452 --fingerprint "$ours"
check "is said" says "certificate.*expected a server of the CA with the given fingerprint"
check "nothing was asked but the CA" equals "$(find "$WORK/stranger/requests" -type f | sed 's/.*[0-9]\.//' | sort -u)" ca.pem

canned smuggler "$WORK/other-ca" 8453
cat "$WORK/other-ca/ca.crt" >>"$WORK/smuggler/ca.pem"
check "a second CA behind the right one" fetches 111 smuggler.image --timeout 3 --url https://127.0.0.1:8453 --fingerprint "$ours"
check "is not trusted" says "expected a server of the CA with the given fingerprint"

cp -r "$WORK/ca" "$WORK/expired-ca"
make_server_certificate "$WORK/expired-ca" 0
canned expired "$WORK/expired-ca" 8454
check "a certificate outside its dates" fetches 111 expired.image --timeout 3 --url https://127.0.0.1:8454 --fingerprint "$ours"
check "clock and dates are said" says "clock of this node says $(date -u +%Y).*valid from $(date -u +%Y)"

canned nonsense "$WORK/ca" 8455
printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nnothing' >"$WORK/nonsense/ca.pem"
check "a CA that is none" fetches 111 nonsense.image --timeout 3 --url https://127.0.0.1:8455 --fingerprint "$ours"
check "is said" says "v1/ca.pem: expected a certificate in PEM"
echo "1..$tap_count"
