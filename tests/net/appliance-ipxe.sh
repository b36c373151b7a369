#!/bin/bash
# SPDX-License-Identifier: MIT
# The iPXE script for one machine, from a tree that roost-pxe wrote, and what operators see of that tree.
# PAINS 13 (nothing secret in what is booted), 4 (the NIC that firmware used stays the management NIC).
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

plain=http://127.0.0.1:8080
boot=$WORK/boot
mac=52-54-00-12-34-56
tests/net/small-image "$WORK/image.iso" || exit 1
# shellcheck disable=SC2120 # check calls it with arguments
write_tree() { roost-pxe --image "$WORK/image.iso" "$boot" --url $plain/boot --url http://192.0.2.9/boot "$@"; }
check "roost-pxe writes a tree" write_tree --append roost.hostname=n1 2>"$WORK/progress"
check "it is served" start_appliance --boot-dir "$boot" --boot-listen 127.0.0.1:8080 --name appliance.example.net
digest=$(sha256sum <"$boot/roost/manifest.json" | cut -d' ' -f1)
fingerprint=$(ctl fingerprint)

# ---- The script --------------------------------------------------------------------------------------

expected() { # KNOWN-AS URL APPLIANCE
	cat <<END
#!ipxe
# Roost 2026.11 for $mac$1
# Written by roost-appliance for each request.

set base $2/boot
set args root=roost roost.url=$2/boot/roost${4-} roost.manifest=$digest roost.appliance=$3 roost.fingerprint=$fingerprint console=tty0 console=ttyS0,115200 loglevel=4 roost.hostname=n1 BOOTIF=01-$mac
prompt --key d --timeout 3000 Press d to see everything that happens: && set args \${args} loglevel=7 systemd.show_status=yes rd.info roost.debug ||

:load
kernel \${base}/roost/vmlinuz \${args} initrd=initrd.img initrd=net.img || goto failed
initrd --name initrd.img \${base}/roost/initrd.img || goto failed
initrd --name net.img \${base}/roost/net.img || goto failed
boot || goto failed

:failed
imgfree
prompt --timeout 15000 That failed; the line above says why. Trying again in 15 seconds, unless you press a key: && shell || goto load
END
}
unknown=", which is not known here yet"
mirror=" roost.url=http://192.0.2.9/boot/roost"
script_is() { diff <(expected "$@") "$WORK/body"; }
check "a machine that nobody knows" answers 200 GET $plain/boot/ipxe/$mac
check "boots from here, then from the other mirror" script_is "$unknown" $plain 127.0.0.1:8443 "$mirror"
check "as text" header_has '^Content-Type: text/plain'
check "which nobody keeps" header_has '^Cache-Control: no-store$'
length=$(wc -c <"$WORK/body")
check "HEAD" answers 200 HEAD $plain/boot/ipxe/$mac -I
check "says the length" header_has "^Content-Length: $length\$"
check "with colons, in capitals" answers 200 GET "$plain/boot/ipxe/52:54:00:12:34:56"
check "it is the same" script_is "$unknown" $plain 127.0.0.1:8443 "$mirror"
check "over HTTPS" answers 200 GET "$nodes/boot/ipxe/$mac"
check "it loads over HTTPS" script_is "$unknown" $nodes 127.0.0.1:8443 " roost.url=$plain/boot/roost$mirror"
check "the files that it names are there" test "$(for f in vmlinuz initrd.img net.img manifest.json packages.squashfs; do
	curl -s -o /dev/null -w '%{http_code} ' $plain/boot/roost/$f; done)" = "200 200 200 200 200 "

# ---- What the client calls us ------------------------------------------------------------------------

as() { answers "$1" GET $plain/boot/ipxe/$mac -H "Host: $2"; } # STATUS HOST
check "by the appliance's name" as 200 Appliance.Example.NET:8080
check "it says the name" script_is "$unknown" http://appliance.example.net:8080 appliance.example.net:8443 " roost.url=$plain/boot/roost$mirror"
check "by an address that the certificate does not have" as 200 192.0.2.77:8080
check "the host registers by the name" contains "$body" ' roost.appliance=appliance.example.net:8443 '
check "without Host: by our own address" contains \
	"$(printf 'GET /boot/ipxe/%s HTTP/1.0\r\n\r\n' $mac | socat -t5 - TCP:127.0.0.1:8080)" "^set base $plain/boot"
# shellcheck disable=SC2016 # iPXE's, not ours
for host in 'a b' 'a/b' 'a@b' '${hostname}' 'a&&shell' 'a:99999' '::1' '[::1' 'a:-1' "$(head -c 400 /dev/zero | tr '\0' a)"; do
	check "a Host of ${host:0:40}" as 400 "$host"
done
check "says what was expected" body_has '.field == "host"'
check "and repeats nothing of it" not contains "$body" aaaa
for text in 52-54-00-12-34 52-54-00-12-34-56-78 525400123456 52-54:00-12-34-56 ff-ff-ff-ff-ff-ff 00-00-00-00-00-00 \
	zz-54-00-12-34-56 %0aset%20args%20x "52-54-00-12-34-56%0ashell" "%24%7Bhostname%7D"; do
	check "not a MAC address: $text" answers 400 GET "$plain/boot/ipxe/$text"
done
check "nothing of it comes back" not contains "$body" hostname
check "nothing below a MAC address" answers 404 GET $plain/boot/ipxe/$mac/x

# ---- A machine that is known -------------------------------------------------------------------------

token=$(ctl token create)
make_request n1 4c4c4544-0042-3510-8052-b4c04f503031 52:54:00:12:34:56 S1
jq '.facts.hostname = "n1"' "$WORK/n1.json" >"$WORK/n1.new" && mv "$WORK/n1.new" "$WORK/n1.json"
check "it registers" register n1 "$token" 201
named() { call GET $plain/boot/ipxe/$mac && script_is ": host n1, pool default" $plain 127.0.0.1:8443 "$mirror"; }
check "then its script names it, within seconds" within 10 named
check "and its UUID is not given away" not contains "$body" 4c4c4544
secrets() { grep -F -e "${token#*.}" -e "$(cat "$state/admin.token")" -e PRIVATE "$WORK/body"; }
check "nor any secret" not secrets
ctl pool set-kickstart default - <<<'network --device=br0 --bridgeslaves=bootif --bootproto=dhcp'
call GET $plain/boot/ipxe/$mac
check "nor its kickstart" not contains "$body" bridgeslaves

# ---- A new image -------------------------------------------------------------------------------------

check "roost-pxe replaces the tree while it is served" write_tree --append "roost.hostname=n2 quiet"
check "the next machine gets the new one" answers 200 GET $plain/boot/ipxe/$mac
check "with its arguments" contains "$body" ' roost.hostname=n2 quiet BOOTIF='
check "files, too" answers 200 GET $plain/boot/boot.ipxe
check "are the new ones" cmp "$boot/boot.ipxe" "$WORK/body"
check "another appliance, with its own fingerprint" write_tree --appliance other.example.net:1 --fingerprint "$(printf '0%.0s' {1..64})"
answers 200 GET $plain/boot/ipxe/$mac >/dev/null
check "stays as it was given" contains "$body" ' roost.appliance=other.example.net:1 roost.fingerprint=0{64} '
check "and is the only one" test "$(grep -o 'roost.appliance=' <<<"$body" | wc -l)" = 1

# ---- What operators see ------------------------------------------------------------------------------

check "operators need the token" answers 401 GET $admin/v1/admin/boot
check "all is there" ctl boot
ctl boot >"$WORK/shown"
check "the image" contains "$(cat "$WORK/shown")" '^image +2026.11$'
check "its digest" contains "$(cat "$WORK/shown")" "^manifest +$digest\$"
check "where UEFI finds it" contains "$(cat "$WORK/shown")" "^ +UEFI HTTP +$plain/boot/bootx64.efi\$"
# shellcheck disable=SC2016 # iPXE's, not ours
check "where iPXE does" contains "$(cat "$WORK/shown")" "^ +iPXE +$plain/boot/ipxe/\\$\\{net0/mac:hexhyp\\}\$"
check "for programs" test "$(ctl boot --json | jq -r '.image.manifest_sha256, .is_bootable, (.files | length)' | tr '\n' ' ')" = "$digest true 14 "
chmod 0640 "$boot/roost/net.img"
: >"$boot/roost/packages.squashfs"
rm "$boot/pxelinux.0"
ctl boot >"$WORK/shown" 2>"$WORK/said"
check "something is wrong: exit code 100" equals $? 100
check "which says what to do" contains "$(cat "$WORK/said")" 'roost-pxe'
check "one is not for everyone" contains "$(cat "$WORK/shown")" '^roost/net.img .* not readable for all$'
check "and is not served" answers 404 GET $plain/boot/roost/net.img
check "the log says why" contains "$(tail -n 1 "$log")" 'net.img 404 .*chmod a\+r'
check "one has another size than the manifest says" contains "$(cat "$WORK/shown")" '^roost/packages.squashfs .* wrong size$'
check "one is missing" contains "$(cat "$WORK/shown")" '^pxelinux.0 .* missing$'
echo '{}' >"$boot/roost/manifest.json"
check "a manifest that is none: no script" answers 404 GET $plain/boot/ipxe/$mac
check "says what to do" contains "$body" 'roost-pxe'
check "the log says why" contains "$(tail -n 1 "$log")" 'ipxe/.* 404 .*manifest.json'
check "operators see it" not ctl boot

# ---- Nothing secret by mistake -----------------------------------------------------------------------

rm -rf "$boot" && write_tree >/dev/null 2>&1
sed -i 's/^set args /&roost.token=0123.4567 /' "$boot/boot.ipxe"
check "a token among the arguments: no script" answers 404 GET $plain/boot/ipxe/$mac
check "and it is not in the log" not grep -F 0123.4567 "$log"
stop_appliance TERM
check "it ends cleanly" equals "$status" 0
# 100: refused. The bound ends one that serves.
inside() {
	timeout 10 roost-appliance --state "$state" --boot-dir "$1" --listen 127.0.0.1:0 --admin 127.0.0.1:0 2>"$WORK/said"
	equals $? 100
}
check "the state folder is not served" inside "$state"
check "and it says why" contains "$(cat "$WORK/said")" 'with its keys is in it'
check "nor a folder around it" inside "$WORK"
ln -s "$WORK" "$WORK/link"
check "nor by a link" inside "$WORK/link"
check "no sanitizer said a word" not grep -E 'Sanitizer|runtime error' "$log"
echo "1..$tap_count"
