#!/bin/bash
# SPDX-License-Identifier: MIT
# docs/netboot.md: its examples run as they are written there, against a client in a network of its own, which
# is told and given what the page says; and the messages, options and arguments that it names exist.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash
page=$PWD/docs/netboot.md
state=$WORK/appliance
boot=$WORK/srv/roost-boot
chmod 0755 "$WORK" # dnsmasq gives up root
mount -t tmpfs tmpfs /var/lib/misc # its leases
mkdir -p "$WORK/out" "$WORK/srv"
check "there is an image" tests/net/small-image "$WORK/out/roost.iso"

# This end of the cable is the page's server, in the network of its addresses; the other end is a client.
client=$(namespace_start)
at_client() { in_namespace "$client" "$@"; }
namespace_cable "$client" br0 cli && ip addr add 192.0.2.1/24 dev br0 && ip link set br0 up
at_client ip addr add 192.0.2.9/24 dev cli && at_client ip link set cli up

# ---- The examples ----------------------------------------------------------------------------------

# block PATTERN: the text of the example with it
block() {
	awk -v pattern="$1" '/^```sh$/ { text = ""; inside = 1; next }
		/^```$/ { if (inside && index(text, pattern)) { printf "%s", text; exit } inside = 0 }
		inside { text = text $0 "\n" }' "$page" |
		sed "s|/var/lib/roost|$state|g; s|/srv/|$WORK/srv/|g"
}
run() { # PATTERN: the example with it
	block "$1" >"$WORK/example"
	test -s "$WORK/example" && (cd "$WORK" && bash -x -e -o pipefail ./example)
}
run_dnsmasq() { # in place of the one before
	[ -z "${dnsmasq:-}" ] || { kill "$dnsmasq"; wait "$dnsmasq"; } 2>/dev/null
	block 'sudo dnsmasq' | sed 's/^sudo /exec /' >"$WORK/example"
	bash "$WORK/example" >"$WORK/dnsmasq.log" 2>&1 &
	dnsmasq=$!
	within 5 grep -q 'started, ' "$WORK/dnsmasq.log"
}
check "the appliance starts" run '--boot-listen'
check "it makes its authority" within 20 test -s "$state/endpoints.json"
check "the tree is written, and the appliance says that hosts can boot" run 'roostctl --state /var/lib/roost boot'
check "dnsmasq starts, as proxy" run_dnsmasq

is_told() { # KIND FILE PATTERN
	contains "$(at_client dhcp_ask cli "$1" 192.0.2.9)" "$3 file=$2 "
}
# FIRMWARE: what the page's first table says
told() { awk -F ' *[|] *' -v firmware="$1" '$2 == firmware { gsub("`", "", $3); print $3; exit }' "$page"; }
check "proxy-DHCP: BIOS" is_told bios "$(told BIOS)" 'address=192\.0\.2\.9 next-server=192\.0\.2\.1'
check "proxy-DHCP: UEFI" is_told uefi "$(told 'UEFI, PXE')" 'next-server=192\.0\.2\.1'
check "proxy-DHCP: iPXE" is_told ipxe "$(told iPXE)" ''
check "a tree for DHCP of its own is written" run '--dhcp-range'
check "dnsmasq starts, as DHCP server" run_dnsmasq
own='address=192\.0\.2\.1[0-5][0-9] next-server=192\.0\.2\.1'
check "DHCP: BIOS" is_told bios "$(told BIOS)" "$own"
check "DHCP: UEFI" is_told uefi "$(told 'UEFI, PXE')" "$own"
check "DHCP: UEFI over HTTP" is_told uefi-http "$(told 'UEFI, HTTP boot')" "$own"
check "DHCP: iPXE" is_told ipxe "$(told iPXE)" "$own"
fetched() { at_client curl --silent --show-error --fail --max-time 10 "$1" | cmp - "$boot/$2"; } # URL FILE
for file in "$(told BIOS)" "$(told 'UEFI, PXE')" grub/grub.cfg; do
	check "TFTP has $file" fetched "tftp://192.0.2.1/$file" "$file"
done
check "HTTP has the loader" fetched "$(told 'UEFI, HTTP boot')" bootx64.efi
check "and what GRUB asks for" fetched http://192.0.2.1:8080/grub/grub.cfg grub/grub.cfg
check "HTTP has iPXE's script" fetched "$(told iPXE)" boot.ipxe
check "the appliance writes one for a card" run 'curl '
check "the one that the page names" contains "$(run 'curl ' 2>/dev/null)" 'BOOTIF=01-52-54-00-12-34-56$'
check "a tree with a mirror is written" run 'SHA256SUMS'
check "its hosts know both" contains "$(cat "$boot/boot.ipxe")" \
	'roost\.url=http://192\.0\.2\.1:8080/boot/roost roost\.url=http://192\.0\.2\.2/boot/roost roost\.manifest='
before=$(cat "$boot/.roost-pxe")
check "an example that is to be looked at" run '--dry-run'
check "changes nothing" equals "$(cat "$boot/.roost-pxe")" "$before"
check "a tree with all in the initramfs is written" run 'roost-pxe --appliance'
check "its hosts fetch nothing" not grep -rq roost.url= "$boot/boot.ipxe" "$boot/pxelinux.cfg" "$boot/grub"
check "a volume with a token is made" run OEMDRV
check "the token is on it" contains "$(mtype -i "$WORK/oemdrv.img" ::/roost.token)" '^[0-9a-f]{8}\.[0-9a-f]{64}'
check "no example was left out" equals "$(grep -c '^```sh$' "$page")" 10

# ---- What the page names ---------------------------------------------------------------------------

unknown_options() { # PAGE
	local known option
	known=$(for program in roost-appliance roostctl roost-pxe roost-flash roost-testnode sha256sum; do $program --help; done
		roostctl token create --help; curl --help all; cat docs/kickstart.md)
	grep -oE -e '--[a-z][a-z-]+' "$1" | sort -u | while read -r option; do
		grep -q -e "$option" <<<"$known" || echo "$option"
	done
}
check "every option of the page is one" equals "$(unknown_options "$page")" ""
check "and every one of README's" equals "$(unknown_options README.md)" ""
# What has a blank in it, and is not dnsmasq's or the firmware's.
# shellcheck disable=SC2016 # the page's quotes
phrases() {
	sed -n '/^## When it does not boot/,$s/^|\(.*\)|$/\1/p' "$page" | grep -oE '`[A-Za-z][^`]* [^`]*`' | tr -d '`' |
		grep -vx -e 'dnsmasq -d' -e 'File not found'
}
unknown_phrases() {
	local known
	known=$(cat tools/{node,common,media}/*.c | tr -d '\t\n' | sed 's/" *"//g')
	phrases | while read -r phrase; do grep -qF -- "$phrase" <<<"$known" || echo "$phrase"; done
}
check "every message of the page is one" equals "$(unknown_phrases)" ""
check "there are some" test "$(phrases | wc -l)" -ge 5
# The command of the site's own is one that a host takes.
arguments=$(sed -n 's/.*--append "\(.*\)".*/\1/p' "$page")
mkdir -p "$WORK/root/proc" && echo "BOOTIF=01-52-54-00-12-34-56 $arguments" >"$WORK/root/proc/cmdline"
check "a host takes the page's --append" roost-config --root "$WORK/root"
check "as it is meant" contains "$(cat "$WORK/root/run/roost/host.conf")" 'vlanid=42'
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
