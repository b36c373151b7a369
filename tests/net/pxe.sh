#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-pxe: the tree is whole and what the manifest says, it is replaced in one piece whatever
# interrupts it, what is not ours stays, and dnsmasq serves it as it is: each kind of client is told the
# file that it can boot, by DHCP and by proxy-DHCP, and TFTP hands the files out.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash
# dnsmasq gives up root.
chmod 0755 "$WORK"
image=$WORK/small.iso
tree=$WORK/tree
tests/net/small-image "$image" || { check "an image to try it with" false; exit 1; }

pxe() { roost-pxe --image "$image" "$@" 2>"$WORK/stderr" || { local s=$?; cat "$WORK/stderr"; return $s; }; }
# fails STATUS PATTERN COMMAND...: ends with this status and says something like the pattern
fails() {
	local wanted=$1 pattern=$2 output status
	shift 2
	output=$("$@" 2>&1)
	status=$?
	equals "$status" "$wanted" && contains "$output" "$pattern"
}
sums_hold() { (cd "$1" && sha256sum --quiet -c .roost-pxe && cd roost && sha256sum --quiet -c SHA256SUMS); }
listed() { grep -v '^#' "$1/.roost-pxe" | sort; } # "SHA256  NAME" of each file
present() { find "$1" -type f ! -name .roost-pxe -printf "${2:-%P}\n" | LC_ALL=C sort -k 2; } # [FORMAT of find(1)]
# Every file of the tree is in its list, and the other way round.
all_listed() { diff <(present "$1" | sort) <(listed "$1" | sed 's/^[0-9a-f]*  //' | sort); }
layers_img_is_whole() { # TREE
	rm -rf "$WORK/unpacked" && mkdir "$WORK/unpacked" &&
		(cd "$WORK/unpacked" && cpio -i --quiet -d) <"$1/roost/layers.img" &&
		cmp "$1/roost/manifest.json" "$WORK/unpacked/roost/manifest.json" || return
	local name
	for name in $(jq -r '.layers[].name' "$1/roost/manifest.json"); do
		cmp "$1/roost/$name" "$WORK/unpacked/roost/$name" || return
	done
	equals "$(find "$WORK/unpacked" -type f | wc -l)" "$(jq '.layers | length + 1' "$1/roost/manifest.json")"
}
as_the_manifest_says() { # TREE
	jq -r '(.layers + .boot)[] | "\(.sha256)  \(.name)"' "$1/roost/manifest.json" | (cd "$1/roost" && sha256sum --quiet -c)
}
beside() { (cd "$WORK" && echo tree*); }
bytes_of() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum; find . -printf '%m %y %p\n' | sort); }

# ---- The tree --------------------------------------------------------------------------------------

check "a tree is written" pxe "$tree"
check "its list of digests holds" sums_hold "$tree"
check "the list names every file" all_listed "$tree"
check "layers and kernel are what the manifest says" as_the_manifest_says "$tree"
check "layers.img holds manifest and layers" layers_img_is_whole "$tree"
check "shim and GRUB come from the EFI partition" equals "$(cat "$tree/bootx64.efi" "$tree/grubx64.efi")" $'MZ shim\nMZ grub'
check "everybody may read it" equals "$(find "$tree" \( -type f ! -perm 0644 \) -o \( -type d ! -perm 0755 \))" ""
bytes_of "$tree" >"$WORK/first"
(umask 077 && pxe "$tree" >/dev/null)
check "a second run, with another umask, gives the same bytes and modes" diff "$WORK/first" <(bytes_of "$tree")
check "nothing is left beside it" equals "$(beside)" tree
pxe --json --url http://192.0.2.1/boot "$WORK/json-tree" >"$WORK/report.json"
planned() { pxe --dry-run --json --url http://192.0.2.1/boot "$WORK/json-tree" | jq -r '.files[] | "\(.size_bytes) \(.path)"'; }
check "a dry run knew every size" diff <(planned) <(present "$WORK/json-tree" '%s %P')
reported() { jq -r '.files[] | "\(.sha256)  \(.path)"' "$WORK/report.json" | sort; }
check "the report lists what was written" diff <(reported) <(listed "$WORK/json-tree")
digest=$(sha256sum <"$WORK/json-tree/roost/manifest.json" | cut -d ' ' -f 1)
check "the kernel arguments have the manifest's digest" contains "$(cat "$WORK/json-tree/grub/grub.cfg")" "roost.manifest=$digest "
# The options that each loader's files name are there.
named() { grep -hoE '\b(roost/)?[a-z]+\.(img|c32|efi|ipxe)\b|roost/vmlinuz' "$1"/{pxelinux.cfg/default,grub/grub.cfg,boot.ipxe,dnsmasq.conf} | sort -u; }
missing() {
	local name
	named "$1" | while read -r name; do
		[ -e "$1/$name" ] || [ -e "$1/roost/$name" ] || echo "$name"
	done
}
check "every file that a menu names is there" equals "$(missing "$WORK/json-tree")" ""
check "and they name some" test "$(named "$WORK/json-tree" | wc -l)" -ge 7
check "GRUB takes its menu" grub-script-check "$WORK/json-tree/grub/grub.cfg"
pxe --dry-run "$WORK/nothing" >/dev/null
check "a dry run writes nothing" not test -e "$WORK/nothing"

# ---- What is in the way ----------------------------------------------------------------------------

mkdir "$WORK/photos" && echo x >"$WORK/photos/1.jpg"
check "a folder with something else in it is refused" fails 100 'did not write' pxe "$WORK/photos"
check "and is as it was" equals "$(cd "$WORK/photos" && ls -A)" 1.jpg
echo x >"$tree/pxelinux.cfg/01-52-54-00-12-34-56"
check "a tree with somebody's file in it is refused" fails 100 'would be lost: pxelinux.cfg/01-52-54-00-12-34-56' pxe "$tree"
rm "$tree/pxelinux.cfg/01-52-54-00-12-34-56"
check "a parent that is not there" fails 100 'No such file' pxe "$WORK/no/tree"
mkdir "$WORK/closed" && chmod 0700 "$WORK/closed"
pxe "$WORK/closed/tree" >/dev/null
check "a folder that dnsmasq cannot search is told" contains "$(cat "$WORK/stderr")" 'closed: others than its owner cannot search it'

# ---- Images that are none --------------------------------------------------------------------------

head -c 1000000 "$image" >"$WORK/cut.iso"
head -c 1000000 /dev/urandom >"$WORK/noise.iso"
: >"$WORK/empty.iso"
broken() { image=$WORK/$1 fails 100 "$2" pxe "$tree"; }
check "a truncated image is refused" broken cut.iso 'not complete'
check "noise is refused" broken noise.iso 'expected an ISO 9660 image'
check "an empty file is refused" broken empty.iso 'expected an ISO 9660 image'
check "an image that is not there is refused" broken none.iso 'No such file'
variant() { # NAME COMMAND: an image that differs
	SMALL_IMAGE_CHANGE=$2 tests/net/small-image "$WORK/$1"
}
variant flipped.iso 'printf X | dd of=roost/packages.squashfs bs=1 seek=500 conv=notrunc status=none'
check "a flipped byte in a layer is refused" broken flipped.iso 'roost/packages.squashfs: its SHA-256 is'
variant short.iso 'truncate -s 999 roost/packages.squashfs'
check "a layer that is too short is refused" broken short.iso 'has 999 bytes, its manifest says 1000'
variant lacking.iso 'rm boot/pxelinux/pxelinux.0'
check "an image without pxelinux is refused" broken lacking.iso 'boot/pxelinux/pxelinux.0 is not on it'
variant newer.iso 'echo "@NEWS@" >>boot/ipxe/boot.ipxe'
check "a template of another version is refused" broken newer.iso 'boot.ipxe:[0-9]+: @NEWS@ is not known'
variant unsafe.iso "sed -i 's/loglevel=4/a;b/' roost/manifest.json"
check "kernel arguments that GRUB would take apart are refused" broken unsafe.iso 'kernel arguments in its manifest: ;'
variant older.iso "sed -i 's/,\"early\":true//g' roost/manifest.json"
check "an image without layers for network boots is refused" broken older.iso 'none of its "layers" is an early one'
variant no-efi.iso 'mdel -i ../efi.img ::/EFI/BOOT/grubx64.efi'
check "an image without GRUB is refused" broken no-efi.iso 'grubx64.efi'
check "after all that, the tree is the first one" diff "$WORK/first" <(bytes_of "$tree")
check "and nothing is left beside it" equals "$(beside)" tree
mkdir "$WORK/bin"
check "without mtools it says what to install" fails 100 'install mtools' env PATH="$WORK/bin" "$(command -v roost-pxe)" --image "$image" "$tree"

# ---- Killed, and no room ---------------------------------------------------------------------------

# Large enough that it can be hit; stopped at whatever it is doing, then killed.
tests/net/small-image "$WORK/large.iso" 60000000
hit=0
for delay in 0.05 0.1 0.2 0.3 0.5 0.7; do
	roost-pxe --image "$WORK/large.iso" "$tree" >/dev/null 2>&1 &
	run=$!
	within 10 test -e "$tree.new/.roost-pxe" >/dev/null
	read -r -t "$delay" <> <(:)
	kill -KILL $run 2>/dev/null && hit=$((hit + 1))
	wait $run 2>/dev/null
	sums_hold "$tree" >"$WORK/sums" 2>&1 || break
done
check "killed again and again, the tree is always a whole one" sums_hold "$tree"
check "it was killed at work at least twice" test $hit -ge 2
check "the next run cleans up and goes through" pxe "$tree"
check "with the tree that was asked for" diff "$WORK/first" <(bytes_of "$tree")
check "and nothing beside it" equals "$(beside)" tree

mkdir "$WORK/disk" && mount -t tmpfs -o size=40m tmpfs "$WORK/disk"
chmod 0755 "$WORK/disk"
pxe "$WORK/disk/tree" >/dev/null
bytes_of "$WORK/disk/tree" >"$WORK/on-disk"
no_room() { fails 111 "$1" roost-pxe --image "$WORK/large.iso" "$WORK/disk/tree"; }
check "no room: it says how much is needed before it begins" no_room 'are needed beside the old tree'
check "the tree on the full disk is the old one" diff "$WORK/on-disk" <(bytes_of "$WORK/disk/tree")
check "nothing half-made fills the disk" equals "$(ls "$WORK/disk")" tree
check "a mount point is refused" fails 100 'is a mount point' pxe "$WORK/disk"
write_fails() { # as when the disk is full after all: the kernel lets no file grow beyond 10 MiB
	(trap '' XFSZ; ulimit -f 10240; roost-pxe --image "$WORK/large.iso" "$tree")
}
check "a write that fails is told, with the file" fails 111 'cannot write .*tree.new/roost/packages.squashfs' write_fails
check "and leaves the old tree" diff "$WORK/first" <(bytes_of "$tree")
check "with nothing beside it" equals "$(beside)" tree
umount "$WORK/disk"

# ---- dnsmasq ---------------------------------------------------------------------------------------

# A client in a network of its own: srv is the server's end of the cable, cli the client's.
client=$(namespace_start)
at_client() { in_namespace "$client" "$@"; }
namespace_cable "$client" srv cli && ip addr add 10.99.0.1/24 dev srv && ip link set srv up
at_client ip addr add 10.99.0.9/24 dev cli && at_client ip link set cli up

serve() { # roost-pxe's options: a tree with them, and the dnsmasq that it says to start
	[ -z "${dnsmasq:-}" ] || { kill "$dnsmasq"; wait "$dnsmasq"; } 2>/dev/null
	pxe "$@" "$WORK/served" >"$WORK/next" || return
	check "dnsmasq takes the configuration: $*" dnsmasq --test -C "$WORK/served/dnsmasq.conf"
	# What the last line says, as it says it; but this machine's own files stay as they are.
	sed -i "s|^dhcp-leasefile=.*|dhcp-leasefile=$WORK/leases|" "$WORK/served/dnsmasq.conf"
	eval "$(sed -n 's/.*(as root): //p' "$WORK/next") >'$WORK/dnsmasq.log' 2>&1 &"
	dnsmasq=$!
	within 5 grep -q 'started, ' "$WORK/dnsmasq.log" || cat "$WORK/dnsmasq.log"
}
is_told() { # KIND PATTERN
	contains "$(at_client dhcp_ask cli "$1" 10.99.0.9 2>&1)" "$2"
}
tftp() { at_client curl --silent --show-error --max-time 10 "tftp://10.99.0.1/$1"; }
all_by_tftp() {
	local name
	(cd "$WORK/served" && find . -type f ! -name .roost-pxe | sed 's|^\./||') | while read -r name; do
		tftp "$name" | cmp - "$WORK/served/$name" || echo "$name"
	done
}

serve --dhcp-range 10.99.0.100,10.99.0.150 --url http://10.99.0.1:8080/boot
own='address=10\.99\.0\.1[0-5][0-9] next-server=10\.99\.0\.1'
check "BIOS gets an address and pxelinux.0" is_told bios "^$own file=pxelinux\.0 class=-"
check "UEFI gets shim" is_told uefi "^$own file=bootx64\.efi "
check "UEFI that calls itself 9, too" is_told uefi-9 "^$own file=bootx64\.efi "
check "UEFI that boots over HTTP gets a URL, and the class that it insists on" is_told uefi-http \
	"^$own file=http://10\.99\.0\.1:8080/boot/bootx64\.efi class=HTTPClient$"
check "iPXE gets its script" is_told ipxe "^$own file=http://10\.99\.0\.1:8080/boot/boot\.ipxe "
check "iPXE of UEFI gets its script" is_told ipxe-uefi "^$own file=http://10\.99\.0\.1:8080/boot/boot\.ipxe "
check "TFTP hands out every file" equals "$(all_by_tftp)" ""
check "and none from outside" not tftp ../small.iso
serve --dhcp-range 10.99.0.100,10.99.0.150 --interface srv --server 10.99.0.77
check "another TFTP server, one interface" is_told bios "next-server=10\.99\.0\.77 file=pxelinux\.0 "
check "without a URL, iPXE gets its script by TFTP" is_told ipxe 'file=boot\.ipxe '
serve --url https://10.99.0.1/boot --fingerprint "$(printf 'x' | sha256sum | cut -c -64)"
check "proxy-DHCP: BIOS" is_told bios '^address=10\.99\.0\.9 next-server=10\.99\.0\.1 file=pxelinux\.0 class=PXEClient'
check "proxy-DHCP: UEFI" is_told uefi '^address=0\.0\.0\.0 next-server=10\.99\.0\.1 file=bootx64\.efi class=PXEClient'
check "proxy-DHCP: UEFI that calls itself 9" is_told uefi-9 'file=bootx64\.efi class=PXEClient'
check "proxy-DHCP: iPXE; no loader can check an https server, so it comes by TFTP" is_told ipxe 'file=boot\.ipxe class=PXEClient'
check "proxy-DHCP: iPXE of UEFI" is_told ipxe-uefi 'file=boot\.ipxe class=PXEClient'
serve --server 10.99.0.77
check "proxy-DHCP: another TFTP server" is_told uefi 'next-server=10\.99\.0\.77 file=bootx64\.efi'
kill "$dnsmasq"

# ---- The real image ---------------------------------------------------------------------------------

if [ -f "$OUT/roost.iso" ]; then
	image=$OUT/roost.iso
	check "the real image gives a tree" pxe --url http://192.0.2.1/boot "$WORK/real"
	check "its digests hold" sums_hold "$WORK/real"
	check "layers and kernel are what the manifest says (real)" as_the_manifest_says "$WORK/real"
	check "layers.img holds manifest and layers (real)" layers_img_is_whole "$WORK/real"
	check "the manifest is the one that was built" cmp "$OUT/roost.manifest.json" "$WORK/real/roost/manifest.json"
	check "shim and GRUB are EFI programs for x86-64" contains "$(objdump -f "$WORK/real/bootx64.efi" "$WORK/real/grubx64.efi" | grep -c 'pei-x86-64')" '^2$'
else
	skip "the real image gives a tree" "out/roost.iso is not built"
fi

echo "1..$tap_count"
