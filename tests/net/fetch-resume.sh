#!/bin/bash
# SPDX-License-Identifier: MIT
# What roost-fetch has it does not fetch again: after a break it goes on where it was, at the same mirror
# or another one, also in its next run. And when what it put together is wrong, it finds out whose fault
# that was. PAINS 23.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/fetch.bash
. tests/net/fetch.bash
make_image
everything=$((packages_bytes + 20000))

# fetched BYTES: of layers, beside the manifest
fetched() { equals "$(($(summary .bytes) - $(overhead)))" "$1"; }

# ---- The same mirror ---------------------------------------------------------------------------------

mirror 8101 --only packages --fault "early=1000000"
check "a mirror that ends each answer early" fetches 0 early --url "$(url 8101)"
check "is asked for the rest each time" equals "$(requests 8101 packages.squashfs | xargs)" "0 1000000 2000000"
check "of the same version" equals "$(awk '$3 { print $4 }' "$WORK/8101.log" | sort -u)" '"0"'
check "no byte came twice" fetched $everything
check "it does not wait long after so much" awk "BEGIN { exit !($(summary .seconds) < 8) }"
check "the image is right" has_image early
# The last of the three ended early, too, but with the last byte.
check "the summary counts the retries" equals "$(summary .retries)" 2

mirror 8102 --only packages --fault "early=1000000*1" --fault no-range
check "a mirror that knows no Range" fetches 0 no-range --url "$(url 8102)"
check "sends all of it again" fetched $((everything + 1000000))
check "and it says so" says "it sends all, not the rest: beginning again"
check "the image is right" has_image no-range

mirror 8103 --only packages --fault "early=1000000*1" --fault changed
check "a mirror whose file has changed" fetches 0 changed --url "$(url 8103)"
check "sends all of it again" fetched $((everything + 1000000))
check "the image is right" has_image changed

# ---- A part that is another one -----------------------------------------------------------------------

wrong_part() { # NAME PORT FAULT PATTERN
	mirror "$2" --only packages --fault "early=1000000*1" --fault "$3"
	fetch "$1" --timeout 4 --url "$(url "$2")"
	echo "$messages"
	equals "$status" 111 && says "$4" && has_nothing_verified "$1" &&
		equals "$(stat -c %s "$WORK/$1/packages.squashfs.part")" 1000000
}
# The next run finds the right mirror, and needs only the rest.
rest_from_another() { # NAME
	fetch "$1" --url "$(url 8099)"
	echo "$messages"
	equals "$status" 0 && has_image "$1" && fetched $((everything - 1000000))
}
mirror 8099
check "another range than asked for" wrong_part range 8104 wrong-range=1 \
	"bytes 1000001 to 2999999 came, expected 1000000 to 2999999 of 3000000"
check "the rest of it from another mirror" rest_from_another range
check "a range of another file" wrong_part total 8105 wrong-total=1 "bytes 1000000 to 3000000 came, expected"
check "the rest of it from another mirror" rest_from_another total
mkdir "$WORK/shorter"
head -c 1000000 "$image/packages.squashfs" >"$WORK/shorter/packages.squashfs.part"
check "a file that ends before what is here" wrong_part shorter 8106 status=416 \
	"status 416: the mirror's file is shorter than what is here; 1.0 MB of it are here"
check "the rest of it from another mirror" rest_from_another shorter

# ---- Another mirror -----------------------------------------------------------------------------------

# dies PORT OTHER-PORT NAME FAULT...: a fetch begins at PORT, which dies; then OTHER-PORT comes up.
dies() {
	local port=$1 other=$2 name=$3 fault options=()
	shift 3
	for fault in "$@"; do options+=(--fault "$fault"); done
	mirror "$port" --only packages "${options[@]}"
	fetch "$name" --timeout 60 --url "$(url "$port")" --url "$(url "$other")" &
	local fetch_pid=$!
	wait $mirror_pid
	mirror "$other"
	wait $fetch_pid
	last=$name
	messages=$(cat "$WORK/$name.messages")
	echo "$messages"
	has_image "$name"
}

check "a mirror dies in the middle" dies 8111 8112 dead die=1234567
check "the other one is asked for the rest only" equals "$(requests 8112 packages.squashfs)" 1234567
check "no byte came twice" fetched $everything
check "the summary names both" equals \
	"$(summary '[.mirrors[] | select(.bytes > 0) | .url] | sort | join(" ")')" "$(url 8111) $(url 8112)"

# Half of a layer is wrong, and only the whole has a digest.
check "a mirror changes a byte, and dies" dies 8113 8114 mixed flip=1000 die=1500000
check "the other one's rest does not make it right" says "came in 2 pieces.*SHA-256 is .*, expected"
check "all of it is fetched from one" equals "$(requests 8114 packages.squashfs | xargs)" "1500000 0"
check "and it is known whose fault it was" says "what was wrong came from $(url 8113)"
check "the summary knows, too" equals "$(summary '.mirrors[] | select(.wrong > 0) | .url')" "$(url 8113)"

# Both halves are there, the second one is wrong: who gave it is wrong alone, too.
mirror 8115 --only packages --fault "die=1500000"
mirror 8116 --only packages --fault flip=2000000
halves() {
	fetch halves --timeout 1 --url "$(url 8115)" # what it began is there for the next run
	fetch halves --timeout 60 --url "$(url 8116)" --url "$(url 8117)" &
	local fetch_pid=$!
	within 20 grep -q "its SHA-256 is .*next try" "$WORK/halves.messages"
	mirror 8117
	wait $fetch_pid
	last=halves
	messages=$(cat "$WORK/halves.messages")
	echo "$messages"
	has_image halves
}
check "the second piece is wrong" halves
check "it began with what the run before had left" equals \
	"$(requests 8116 packages.squashfs | head -n 1)" 1500000
check "both were told apart" equals "$(summary '[.mirrors[] | [.url, .wrong > 0]] | sort | tostring')" \
	"[[\"$(url 8116)\",true],[\"$(url 8117)\",false]]"

# After a wrong mixture nothing is mixed again, though the other mirror is ready and this one breaks.
mirror 8118 --only packages --fault early=1000000
mirror 8119 --only packages --fault early=1000000
mkdir "$WORK/alone"
head -c 1500000 /dev/zero >"$WORK/alone/packages.squashfs.part"
check "a beginning that is garbage" fetches 0 alone --url "$(url 8118)" --url "$(url 8119)"
from_zero() { requests "$1" packages.squashfs | sed -n '/^0$/,$p' | xargs; }
check "all of it comes from one mirror" equals "$(from_zero 8118)$(from_zero 8119)" "0 1000000 2000000"

# ---- Another run --------------------------------------------------------------------------------------

mirror 8121 --only packages --fault slow=400000
killed() {
	roost-fetch --manifest "$manifest" --url "$(url 8121)" "$WORK/killed" 2>/dev/null &
	local fetch_pid=$!
	within 10 test -s "$WORK/killed/packages.squashfs.part"
	kill -TERM $fetch_pid
	wait $fetch_pid
	equals $? 143
}
check "SIGTERM in the middle" killed
check "leaves nothing that looks verified" has_nothing_verified killed
left=$(stat -c %s "$WORK/killed/packages.squashfs.part")
check "the next run goes on" fetches 0 killed --url "$(url 8099)"
check "and needs only the rest" fetched $((everything - left))
check "the image is right" has_image killed

: >"$WORK/8099.log"
check "a complete folder needs no mirror" fetches 0 killed --url "$(url 8098)"
check "nobody was asked" equals "$(cat "$WORK/8099.log")" ""

# One byte of a layer that was verified once.
printf x | dd of="$WORK/killed/packages.squashfs" bs=1 seek=100 conv=notrunc 2>/dev/null
check "a layer that is not what it was" fetches 0 killed --url "$(url 8099)"
check "is fetched again, and nothing else" equals "$(summary .bytes)" $packages_bytes
check "the image is right" has_image killed

leftover() { # NAME COMMAND...: the output of the command stands where the first layer will be
	local name=$1
	mkdir -p "$WORK/$name"
	"${@:2}" >"$WORK/$name/packages.squashfs.part"
	fetch "$name" --url "$(url 8099)"
	echo "$messages"
	equals "$status" 0 && has_image "$name"
}
check "a part that is garbage" leftover garbage head -c 1000 /dev/zero
check "it was not the mirror's fault" equals "$(summary '.mirrors[].wrong')" 0
check "a part that is larger than the layer" leftover larger head -c 4000000 /dev/zero
check "a part that is all of it" leftover whole cat "$image/packages.squashfs"
check "and was not fetched" fetched 20000
check "a part that is all of it, and wrong" leftover wrong head -c $packages_bytes /dev/zero

one_at_a_time() {
	mirror 8122 --only packages --fault slow=400000
	roost-fetch --manifest "$manifest" --url "$(url 8122)" "$WORK/busy" 2>/dev/null &
	local fetch_pid=$!
	within 10 test -s "$WORK/busy/packages.squashfs.part"
	fetch busy --url "$(url 8099)"
	kill $fetch_pid
	equals "$status" 111 && says "another fetch works in it"
}
check "one fetch at a time works in a folder" one_at_a_time

# ---- Room ----------------------------------------------------------------------------------------------

mkdir "$WORK/small" "$WORK/filled" "$WORK/memory"
mount -t tmpfs -o size=2m none "$WORK/small"
: >"$WORK/8099.log"
check "a file system that is too small" fetches 100 small --url "$(url 8099)"
check "both sizes are said" says "the layers need 3 MiB, and [01] MiB are free|the layers need 3 MiB, and 2 MiB are free"
check "before a layer is fetched" equals "$(requests 8099 packages.squashfs)" ""

mount -t tmpfs -o size=5m none "$WORK/filled"
fills_up() {
	mirror 8123 --only packages --fault slow=1000000
	fetch filled --url "$(url 8123)" &
	local fetch_pid=$!
	within 10 test -s "$WORK/filled/packages.squashfs.part"
	head -c 5000000 /dev/zero >"$WORK/filled/other" 2>/dev/null
	wait $fetch_pid
	messages=$(cat "$WORK/filled.messages")
	last=filled
	says "packages.squashfs.part: No space left on device" && equals "$(summary .result)" "permanent failure" &&
		not test -e "$WORK/filled/packages.squashfs.part"
}
check "a file system that fills up meanwhile" fills_up

mount -t tmpfs -o size=0 none "$WORK/memory"
jq '.layers |= map(.size_bytes = 17179869184)' "$image/manifest.json" >"$WORK/manifest.json"
cp "$WORK/manifest.json" "$image/manifest.json"
manifest=$(digest_of "$image/manifest.json")
if [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -lt $((32 * 1024 * 1024)) ]; then
	check "a machine that is too small" fetches 100 memory --url "$(url 8099)"
	check "both sizes are said" says "the layers need 32792 MiB, and [0-9]+ MiB are free: expected a machine with more memory"
else
	skip "a machine that is too small" "this one has more than 32 GiB"
fi

# The digest is right, so no mirror has a better one.
echo '{"version": "7", "ram_mib": 256, "layers": []}' >"$image/manifest.json"
manifest=$(digest_of "$image/manifest.json")
check "a manifest that is none" fetches 100 none --url "$(url 8099)"
check "it says why" says '"layers": expected a list of 1 to 16'
echo "1..$tap_count"
