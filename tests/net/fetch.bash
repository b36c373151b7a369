# SPDX-License-Identifier: MIT
# What the tests of roost-fetch share: an image, mirrors of it (faulty-mirror), and fetching from them.
# shellcheck shell=bash
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

image=$WORK/image
packages_bytes=3000000

# make_image [BYTES]: in $image; $manifest becomes the digest of its manifest.
make_image() {
	mkdir -p "$image"
	head -c "${1:-$packages_bytes}" /dev/urandom >"$image/packages.squashfs"
	head -c 20000 /dev/urandom >"$image/tools.squashfs"
	write_manifest packages.squashfs tools.squashfs
}

write_manifest() { # LAYER...
	local layer
	for layer in "$@"; do
		jq -n --arg name "$layer" --argjson size "$(stat -c %s "$image/$layer")" \
			--arg sha256 "$(digest_of "$image/$layer")" '{name: $name, size_bytes: $size, sha256: $sha256}'
	done | jq -s '{version: "7", ram_mib: 256, layers: .}' >"$image/manifest.json"
	manifest=$(digest_of "$image/manifest.json")
}

digest_of() { sha256sum <"$1" | cut -d' ' -f1; }

# mirror PORT [OPTION...]: of the image, http://127.0.0.1:PORT, with the options of faulty-mirror; its
# requests are in $WORK/PORT.log, its process id is $mirror_pid.
mirror() {
	local port=$1
	shift
	faulty-mirror --log "$WORK/$port.log" "$@" "$image" "$port" 2>"$WORK/$port.errors" &
	mirror_pid=$!
	within 10 listens "$port"
}
listens() { [ -n "$(ss -Htln "sport = :$1")" ]; }

url() { printf 'http://127.0.0.1:%d' "$1"; }

# fetch NAME [OPTION...]: into $WORK/NAME; its exit status in $status, its messages in $messages, and
# the summary's fields with `summary`.
fetch() {
	local name=$1
	shift
	roost-fetch --manifest "$manifest" --json --timeout 60 "$@" "$WORK/$name" >"$WORK/$name.json" 2>"$WORK/$name.messages"
	status=$?
	last=$name
	messages=$(cat "$WORK/$name.messages")
}
summary() { jq -r "$1" "$WORK/$last.json"; } # FILTER

# fetches STATUS NAME [OPTION...]
fetches() {
	local wanted=$1
	shift
	fetch "$@"
	cat "$WORK/$1.messages"
	equals "$status" "$wanted"
}
says() { contains "$messages" "$1"; }

# has_image NAME: all of it, and nothing besides.
has_image() {
	diff -r "$image" "$WORK/$1"
}
# What a reader would take for a layer or a complete folder.
has_nothing_verified() { equals "$(find "$WORK/$1" -type f ! -name '*.part')" ""; }

# requests PORT FILE: the first bytes that were asked for, in order
requests() { awk -v path="/$2" '$2 == path { print $3 }' "$WORK/$1.log"; }
overhead() { stat -c %s "$image/manifest.json"; }
