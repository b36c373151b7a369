#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-flash with files as targets: what it writes, and everything that it refuses without touching
# it. Disks are in flash-devices.sh.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/flash.bash
. tests/net/flash.bash

cd "$WORK" || exit 1
check "there is an image" flash_image roost.iso 12
flash_site .
site=(--kickstart ks.cfg --token token)

flash() { # ARGUMENT...: status in $code, messages in err, the rest in out
	roost-flash "$@" >out 2>err </dev/null
	code=$?
}
says() { # STATUS PATTERN: and a message that fits
	equals "$code" "$1" && contains "$(grep '^roost-flash: ' err)" "$2"
}
# refused PATTERN ARGUMENT...: exit status 100, the message, and the target (the last argument) as it was
refused() {
	local pattern=$1 target=${*: -1} before after
	shift
	before=$(fingerprint_of "$target")
	flash "$@"
	after=$(fingerprint_of "$target")
	says 100 "$pattern" && equals "$after" "$before"
}
fingerprint_of() { # content, size, mode, times
	if [ -f "$1" ]; then sha256sum <"$1" && stat -c '%s %a %Y %i' "$1"; else ls -ld "$1" 2>&1; fi
}
start_of() { sfdisk -J "$1" | jq ".partitiontable.partitions[$(($2 - 1))].start"; }

# ---- Written ---------------------------------------------------------------------------------------

flash roost.iso plain.img
check "a new file is written" equals "$code" 0
check "it is the image, byte by byte" cmp roost.iso plain.img
check "a log tells how far it is" contains "$(cat err)" 'writing: [0-9]+ %, [0-9.]+ of [0-9.]+ MB'
check "and says what to do with it" contains "$(cat out)" 'written and read back: boot'
flash "${site[@]}" roost.iso site.img
check "with a site's files it is written" equals "$code" 0
check "for its owner's eyes" equals "$(stat -c %a site.img)" 600
check "the third partition is FAT" contains "$(sfdisk -d site.img)" 'site.img3 : .* type=c'
check "it begins at a whole MiB behind the image" test $((($(start_of site.img 3) * 512) % 1048576)) -eq 0 -a \
	$(($(start_of site.img 3) * 512)) -ge "$(stat -c %s roost.iso)"
check "the image's own partitions are as they were" equals "$(sfdisk -d site.img | grep -E 'img[12] ' | sed 's/.*: //')" \
	"$(sfdisk -d roost.iso | grep -E 'iso[12] ' | sed 's/.*: //')"
at=$(($(start_of site.img 3) * 512))
check "its label is OEMDRV" equals "$(blkid -p -o value -s LABEL -O $at site.img)" OEMDRV
check "it holds the kickstart" cmp ks.cfg <(mtype -i site.img@@$at ::ks.cfg)
check "and the token" equals "$(mtype -i site.img@@$at ::roost.token)" "$(cat token)"
check "fsck.vfat finds nothing wrong" sh -c "tail -c +$((at + 1)) site.img >fat.img && fsck.vfat -n fat.img"
check "beyond the table's third entry the image is unchanged" equals \
	"$(cmp -l roost.iso site.img 2>/dev/null | awk '$1 < 479 || $1 > 494' | wc -l)" 0
check "messages do not show the token" not grep -q secretsecret out err
flash --yes "${site[@]}" roost.iso again.img
check "the same files give the same medium" cmp site.img again.img
flash --kickstart ks.cfg --json roost.iso json.img
result() { jq -e "$1" out; }
check "--json says what was written" result '.result == "written" and .site.files == ["ks.cfg"] and .site.partition == 3 and
	.image.version == "0.3" and .image.compared and .problems == []'
flash roost.iso ./-name
check "a name that looks like an option is a file's" cmp roost.iso ./-name

# ---- Compared --------------------------------------------------------------------------------------

flash --verify roost.iso site.img
check "--verify: a stick with a site's partition is the image's" equals "$code" 0
flash --verify "${site[@]}" roost.iso site.img
check "--verify with the site's files compares those too" equals "$code" 0
flip() { printf 'x' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
cp site.img flipped.img
flip flipped.img 9000000
flash --verify roost.iso flipped.img
check "--verify names the first byte that differs" says 111 'flipped.img: differs from the image at byte 9000000: expected 0x..'
cp site.img flipped.img
flip flipped.img $((at + 600000))
flash --verify roost.iso flipped.img
check "what is on the site's partition does not matter without its files" equals "$code" 0
flash --verify --json "${site[@]}" roost.iso flipped.img
check "with them it does" result '.result == "different"'
truncate -s 5M flipped.img
flash --verify roost.iso flipped.img
check "--verify: a medium that is too short" says 111 'has 5242880 bytes of the image'
flash --verify roost.iso nothing.img
check "--verify: a medium that is not there" says 100 'nothing.img'

# ---- Refused, and not touched ----------------------------------------------------------------------

echo precious >precious
check "a file that would be overwritten, without a terminal" refused 'no terminal to ask' roost.iso precious
check "the wrong name for consent" refused 'yes=stick: the target is precious' --yes=stick roost.iso precious
check "the image itself" refused 'is the image itself' --yes roost.iso roost.iso
ln roost.iso hard.img
check "the image by another name" refused 'is the image itself' --yes roost.iso hard.img
mkdir folder
check "a directory" refused 'a directory: expected a disk' --yes roost.iso folder
mkfifo pipe
check "a pipe" refused 'a pipe: expected a disk' --yes roost.iso pipe
check "a character device" refused 'a character device: expected' --yes roost.iso /dev/zero
check "a stick that is not plugged in makes no file in /dev" refused 'no such device' --yes roost.iso /dev/roost-nosuch
check "a folder that is not there" refused 'No such file' --yes roost.iso nowhere/stick.img
echo hello >locked
exec 9<locked
flock 9
check "a file that another program has locked" refused 'in use: another program' --yes roost.iso locked
exec 9<&-
echo hello >open.img
chmod 644 open.img
check "a file that others can read gets no token" refused 'mode 0644: others could read' --yes "${site[@]}" roost.iso open.img

mkdir small
mount -t tmpfs -o size=3m small small
check "no room: needed and present bytes are named" refused 'too small: [0-9]+ bytes are needed, its file system has [0-9]+ free' \
	roost.iso small/stick.img

# ---- What is no image ------------------------------------------------------------------------------

cp precious target.img
check "no image there" refused 'nosuch.iso: No such file' --yes nosuch.iso target.img
check "something else" refused 'precious: expected an ISO 9660 image' --yes precious target.img
check "a folder for an image" refused 'expected an image file' --yes folder target.img
head -c 5000000 roost.iso >short.iso
check "a truncated image: present and needed bytes" refused 'short.iso: has 5000000 bytes of [0-9]+: it is not complete' --yes short.iso target.img
head -c 10000 roost.iso >shorter.iso
check "one that is hardly there" refused 'expected an ISO 9660 image' --yes shorter.iso target.img
flash_tree tree 1
flash_iso cd.iso tree
check "an image for CD only" refused 'boots from CD only' --yes cd.iso target.img
flash_iso other.iso tree -V OTHER -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
check "another label" refused 'its label is "OTHER"' --yes other.iso target.img
rm tree/roost/manifest.json
flash_iso bare.iso tree -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
check "without a manifest" refused 'roost/manifest.json is not on it' --yes bare.iso target.img
echo '{"layers": 1' >tree/roost/manifest.json
flash_iso bad.iso tree -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
check "with a broken one" refused 'bad.iso: roost/manifest.json' --yes bad.iso target.img
cp roost.iso changed.iso
flip changed.iso 3000000
cp roost.iso.sha256 changed.iso.sha256
check "an image that is not what its .sha256 says" refused 'its SHA-256 is [0-9a-f]{64}, changed.iso.sha256 has' --yes changed.iso target.img
flash_iso gpt.iso tree -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin
printf '\xee' | dd of=gpt.iso bs=1 seek=450 conv=notrunc status=none
check "an image with a GPT" refused 'gpt.iso' --yes gpt.iso target.img
cp roost.iso full.iso
printf '\x83' | dd of=full.iso bs=1 seek=482 conv=notrunc status=none
printf '\x83' | dd of=full.iso bs=1 seek=498 conv=notrunc status=none
check "a partition table without a free entry" refused 'no free entry' --yes "${site[@]}" full.iso target.img

# ---- What is wrong with the site's files -----------------------------------------------------------

printf 'appliance --server=a.example:8443\nnetwork --device=br0 --bootproto=sometimes\nnosuch\n' >bad.cfg
check "a kickstart with errors: file and line, each of them" refused 'bad.cfg:2: network --bootproto' --yes --kickstart bad.cfg roost.iso target.img
check "the second one too" says 100 'bad.cfg:3: .*nosuch'
check "no kickstart there" refused 'nosuch.cfg' --yes --kickstart nosuch.cfg roost.iso target.img
(umask 077 && printf 'two words\n' >twowords && : >empty && printf 'a\001b' >binary && head -c 5000 /dev/zero | tr '\0' a >long)
for bad in twowords empty binary; do
	check "a token that is none: $bad" refused "$bad: expected a join token" --yes --token $bad roost.iso target.img
done
check "a token that is too long" refused 'long is too large: at most 4096 bytes' --yes --token long roost.iso target.img
cp token readable
chmod 640 readable
check "a token that others can read" refused 'readable: mode 0640: .*chmod 600' --yes --token readable roost.iso target.img
check "all that is wrong is told at once" refused 'precious: expected an ISO' --yes --kickstart bad.cfg --token readable precious folder
check "of the kickstart" says 100 'bad.cfg:2'
check "of the token" says 100 'readable: mode'
check "of the target" says 100 'folder: a directory'

# ---- Told, not done --------------------------------------------------------------------------------

check "--dry-run tells what would be, and touches nothing" eval 'flash --dry-run --json "${site[@]}" roost.iso unmade.img
	equals "$code" 0 && test ! -e unmade.img && result ".result == \"dry-run\" and .site.partition == 3"'
before=$(fingerprint_of site.img)
flash --dry-run roost.iso site.img
check "--dry-run on a medium leaves it" equals "$(fingerprint_of site.img)" "$before"
check "and shows what is on it" contains "$(cat out)" 'partition 3: 4\.2 MB, vfat "OEMDRV"'
check "--dry-run sees what would be refused" refused 'a directory' --dry-run roost.iso folder

# ---- Asked at a terminal ---------------------------------------------------------------------------

ask() { # ANSWER TARGET: at a terminal of its own
	printf '%s\n' "$1" | script -qec "roost-flash roost.iso $2" /dev/null >out 2>&1
	code=$?
}
cp precious asked.img
ask no asked.img
check "another answer than the name: nothing is written" equals "$code $(cat asked.img)" "100 precious"
check "and that is said" contains "$(cat out)" 'not confirmed'
ask asked.img asked.img
check "the name typed: it is written" eval 'equals "$code" 0 && cmp roost.iso asked.img'
check "what was on it was shown, and the name asked for" contains "$(cat out)" 'Type its name, asked.img'
check "a terminal's lines are cleared" contains "$(cat out)" 'reading back: done in [0-9.]+ s'

# ---- Not finished ----------------------------------------------------------------------------------

limited() { (ulimit -f 8192 && roost-flash --yes roost.iso "$1" >out 2>err </dev/null); code=$?; }
limited cut.img
check "a new file that may not be as large: why" says 111 'cut.img: stopped at byte 8388608: files may not be larger'
check "and it is gone again" test ! -e cut.img
cp precious cut2.img
limited cut2.img
check "one that was there is not bootable" eval 'says 111 "cut2.img: is not bootable now" && not cmp -s -n 512 roost.iso cut2.img &&
	equals "$(head -c 40000 cut2.img | tr -d "\\0" | wc -c)" 0'

[ "$tap_failed" -eq 0 ]
