#!/bin/bash
# SPDX-License-Identifier: MIT
# Boot files over plain HTTP (--boot-listen), with curl and raw sockets as firmware and boot loaders.
# PAINS 13 (nothing but boot files is there: no call that takes or gives a secret).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

port=8080
plain=http://127.0.0.1:$port
boot=$WORK/boot
mkdir -p "$boot/roost"
head -c 300000 /dev/urandom >"$boot/roost/vmlinuz"
echo loader >"$boot/bootx64.efi"
mkdir "$boot/grub"
echo menu >"$boot/grub/grub.cfg"
echo '{}' >"$boot/roost/manifest.json"
echo '{"spdxVersion": "SPDX-2.3"}' >"$boot/roost/roost.spdx.json"
: >"$boot/empty"
# More than the sockets' buffers hold, so that a download can be caught in the middle.
truncate -s 40M "$boot/large"
echo secret >"$WORK/outside"
ln -s ../outside "$boot/link"
ln -s "$WORK/outside" "$boot/absolute"
ln -s roost/vmlinuz "$boot/inside"
mkfifo "$boot/fifo"

# ---- Start -------------------------------------------------------------------------------------------

# The bound ends one that serves.
refused() {
	timeout 10 roost-appliance --state "$state" --admin 127.0.0.1:0 --listen 127.0.0.1:0 "$@" 2>"$WORK/refused"
	[ $? -ne 124 ] && [ -s "$WORK/refused" ]
}
check "without --boot-dir it refuses" refused --boot-listen 127.0.0.1:$port
check "and says what is missing" contains "$(cat "$WORK/refused")" 'expected --boot-dir'
check "a name is no address" refused --boot-dir "$boot" --boot-listen localhost:80
check "it starts without one" start_appliance --boot-dir "$boot"
nobody_listens() { ! curl -s --max-time 5 "$plain/boot/roost/vmlinuz" >/dev/null; }
check "then there is no plain HTTP" nobody_listens
stop_appliance TERM
check "it starts with two" start_appliance --boot-dir "$boot" --boot-listen 127.0.0.1:$port --boot-listen '[::]:8081'
check "the log says that it is plain, and why that will do" \
	contains "$(cat "$log")" "boot: $plain, plain HTTP, .*Secure Boot.*digests"
check "the second one answers too" answers 200 GET http://127.0.0.1:8081/boot/bootx64.efi
check "also over IPv6" answers 200 GET 'http://[::1]:8081/boot/bootx64.efi'

# ---- Files -------------------------------------------------------------------------------------------

same_as() { cmp - "$WORK/body"; }
kernel=$plain/boot/roost/vmlinuz
check "a file" answers 200 GET $kernel
check "is whole" cmp "$boot/roost/vmlinuz" "$WORK/body"
check "its type" header_has '^Content-Type: application/octet-stream$'
check "ranges are there" header_has '^Accept-Ranges: bytes$'
tag=$(sed -n 's/^ETag: //p' <<<"$headers")
check "HEAD" answers 200 HEAD $kernel -I
check "says the length, which HTTP boot needs" header_has '^Content-Length: 300000$'
check "and sends nothing" equals "$(printf 'HEAD /boot/roost/vmlinuz HTTP/1.0\r\n\r\n' |
	socat -t5 - TCP:127.0.0.1:$port | sed '1,/^\r$/d' | wc -c)" 0
check "a loader's type" answers 200 GET $plain/boot/bootx64.efi
check "is what UEFI wants" header_has '^Content-Type: application/efi$'
check "the manifest's type" answers 200 GET $plain/boot/roost/manifest.json
check "is JSON" header_has '^Content-Type: application/json$'
check "the SBOM's, too" answers 200 GET $plain/boot/roost/roost.spdx.json
check "which is JSON" header_has '^Content-Type: application/json$'
check "an empty file" answers 200 GET $plain/boot/empty
check "has its length" header_has '^Content-Length: 0$'
check "a part" answers 206 GET $kernel -r 100000-199999
check "is the right one" same_as < <(tail -c +100001 "$boot/roost/vmlinuz" | head -c 100000)
check "HEAD of a part" answers 206 HEAD $kernel -I -r 10-19
check "says the part's length" header_has '^Content-Length: 10$'
check "the end" answers 206 GET $kernel -r -10
check "is the end" same_as < <(tail -c 10 "$boot/roost/vmlinuz")
check "behind the end" answers 416 GET $kernel -r 300000-
check "says the size" header_has '^Content-Range: bytes \*/300000$'
check "unchanged" answers 304 GET $kernel -H "If-None-Match: $tag"
touch "$boot/roost/vmlinuz"
check "resumed, replaced meanwhile: the whole" answers 200 GET $kernel -r 10- -H "If-Range: $tag"
check "as shim joins a folder and a name" answers 200 GET $plain/boot//bootx64.efi
check "is the loader" contains "$(cat "$WORK/body")" '^loader$'
check "where the signed GRUB looks for its menu" answers 200 GET $plain/grub/grub.cfg
check "is the menu" contains "$(cat "$WORK/body")" '^menu$'
check "nothing else of the tree is up there" answers 404 GET $plain/roost/vmlinuz
check "a link inside" answers 200 GET $plain/boot/inside
for path in ../outside %2e%2e/outside roost/../../outside link absolute "" . roost fifo /etc/passwd roost%00/vmlinuz \
	/../outside %252e%252e/outside '..\outside' nothing; do
	check "not served: /boot/$path" answers 404 GET "$plain/boot/$path" --path-as-is
done

# ---- Nothing else is there ---------------------------------------------------------------------------

token=$(ctl token create)
admin_token=$(cat "$state/admin.token")
for path in / /metrics /v1/ca.pem /v1/hosts /v1/admin/hosts /v1/admin/tokens /boot /bootx64.efi /style.css; do
	check "not on the boot address: $path" answers 404 GET "$plain$path" -H "Authorization: Bearer $admin_token"
done
check "no host registers here" answers 404 POST $plain/v1/hosts -H "Authorization: Bearer $token" -d '{}'
for method in POST PUT DELETE PATCH OPTIONS; do
	check "nothing is written: $method" answers 405 $method $kernel
done
check "nor fetched for others" answers 404 GET http://example.net/v1/ca.pem -x $plain
check "TLS is not spoken" not answers 200 GET https://127.0.0.1:$port/boot/bootx64.efi

# ---- Firmware's own HTTP -----------------------------------------------------------------------------

# raw TEXT: the whole answer to a request as it is
raw() { printf "$1" | socat -t5 - TCP:127.0.0.1:$port | tr -d '\r'; }
check "HTTP/1.0" contains "$(raw 'GET /boot/bootx64.efi HTTP/1.0\r\n\r\n')" '^loader$'
check "HTTP/1.1 without Host" contains "$(raw 'GET /boot/bootx64.efi HTTP/1.1\r\nConnection: close\r\n\r\n')" '^loader$'
check "headers nobody knows" contains "$(raw 'GET /boot/bootx64.efi HTTP/1.0\r\nhOST:\r\nX-Odd:   \t\r\nAccept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n')" '^loader$'
check "a query is not part of the name" contains "$(raw 'GET /boot/bootx64.efi?mac=52:54 HTTP/1.0\r\n\r\n')" '^loader$'
check "two requests over one connection" equals \
	"$(raw 'GET /boot/bootx64.efi HTTP/1.1\r\nHost: a\r\n\r\nGET /boot/bootx64.efi HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' | grep -c '^loader$')" 2
check "garbage gets no file" not contains "$(raw 'GET\r\n\r\n')" loader
check "a body is not kept" answers 200 GET $plain/boot/bootx64.efi --data-binary @"$boot/roost/vmlinuz"

# ---- The end -----------------------------------------------------------------------------------------

slow_through_renewal() {
	curl -s --max-time 20 --limit-rate 20M -o "$WORK/through" $plain/boot/large &
	local client=$!
	within 5 test -s "$WORK/through"
	kill -HUP "$appliance_pid"
	wait $client && cmp "$boot/large" "$WORK/through"
}
check "a new certificate does not end a download here" slow_through_renewal
secret_lines() { grep -F -e "${token#*.}" -e "$admin_token" "$log"; }
check "no secret is in the log" not secret_lines
stop_appliance TERM
check "it ends cleanly" equals "$status" 0
check "no sanitizer said a word" not grep -E 'Sanitizer|runtime error' "$log"
echo "1..$tap_count"
