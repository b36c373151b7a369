#!/bin/bash
# SPDX-License-Identifier: MIT
# What roost-fetch does with mirrors that send the wrong thing, too much, too little, or nothing: it says
# what is wrong, leaves nothing that looks like a layer, and takes the image from a mirror that is right
# as soon as there is one. PAINS 23.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/fetch.bash
. tests/net/fetch.bash
make_image

# ---- The command ---------------------------------------------------------------------------------------

refused() { # PATTERN ARGUMENT...
	local pattern=$1 text code
	shift
	text=$(roost-fetch "$@" 2>&1)
	code=$?
	contains "$text" "$pattern" && equals "$code" 100
}
right="--manifest $manifest"
check "nothing to do" refused "FOLDER was expected"
check "no manifest and no mirror" refused "expected --manifest and at least one --url" "$WORK/x"
# shellcheck disable=SC2086 # two words
{
	check "no folder" refused "FOLDER was expected" $right --url http://127.0.0.1/
	check "no manifest" refused "expected --manifest" --url http://127.0.0.1/ "$WORK/x"
	check "a manifest that is no digest" refused "64 hexadecimal digits" --manifest 1234 --url http://127.0.0.1/ "$WORK/x"
	check "a file" refused "expected http:// or https://" $right --url file:///etc/passwd "$WORK/x"
	check "a URL that is none" refused "like http://HOST" $right --url /boot "$WORK/x"
	check "a password" refused "in every log" $right --url http://me:secret@127.0.0.1/ "$WORK/x"
	check "a query" refused "without" $right --url "http://127.0.0.1/?a" "$WORK/x"
	check "https that cannot be verified" refused "https needs --fingerprint" $right --url https://127.0.0.1/ "$WORK/x"
	check "a mirror twice" refused "given twice" $right --url http://127.0.0.1/a --url http://127.0.0.1/a/ "$WORK/x"
	check "no time" refused "expected a number from 1 to 86400" $right --url http://127.0.0.1/ --timeout 0 "$WORK/x"
	check "a folder that cannot be" refused "Not a directory" $right --url http://127.0.0.1/ /dev/null/x
	check "no leftovers of these" not test -e "$WORK/x"
}

# ---- One fault each --------------------------------------------------------------------------------------

# NAME@PATTERN of the message@OPTIONS of faulty-mirror. Every mirror is met alone, and again with one
# beside it that is right and comes up later.
faults() { cat <<'END'
flipped@packages.squashfs: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}@--fault flip=1000 --only packages
flipped-manifest@manifest.json: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}: the mirror has another image, or is behind@--fault flip=10 --only manifest
shorter@it has 2999900 bytes, expected 3000000@--fault shorter=100 --only packages
oversized@it has 3000100 bytes, expected 3000000@--fault oversized=100 --only packages
endless-manifest@the reply is larger than 1048576 bytes@--fault endless --only manifest
missing@status 404: the mirror does not have it@--fault status=404
missing-layer@packages.squashfs: status 404@--fault status=404 --only packages
forbidden@status 403: the mirror does not give it@--fault status=403
broken@status 500: the mirror has a fault@--fault status=500
teapot@status 418: expected 200@--fault status=418
busy@status 503: the mirror is busy@--fault status=503 --retry-after 1
elsewhere@status 302: redirects are not followed.*perhaps http://x.test/.\[31mred@--fault redirect
unasked@a part came, and nobody asked for one@--fault unasked=5 --only packages
empty@status 204: expected 200@--fault status=204
early@packages.squashfs: .*closed with 2995000 bytes remaining.*; 5.0 kB of it are here@--fault early=5000 --only packages
silent@too slow.*1024 bytes/sec@--fault silent
stalled@too slow.*; 1.0 MB of it are here@--fault stall=1000000 --only packages
slow@too slow.*; .* of it are here@--fault slow=300 --only packages
loris@too slow.*1024 bytes/sec@--fault loris
headers@headers of the reply are larger than 65536 bytes@--fault headers
garbage@HTTP/0.9@--fault garbage
END
}

port=8100
good=8099
declare -A pid port_of
while IFS=@ read -r name _ options; do
	port=$((port + 1))
	port_of[$name]=$port
	# shellcheck disable=SC2086 # options are words
	mirror $port $options
	fetch "$name.alone" --timeout 12 --stall 2 --url "$(url $port)" &
	pid[$name.alone]=$!
	fetch "$name" --timeout 60 --stall 2 --url "$(url $port)" --url "$(url $good)" &
	pid[$name]=$!
done < <(faults)
# Where nobody listens at all, or not yet.
fetch refused.alone --timeout 3 --url "$(url 8098)" &
pid[refused.alone]=$!
fetch refused --timeout 60 --url "$(url $good)" &
pid[refused]=$!

# Both fetches have asked the mirror for the file that it is wrong about.
all_have_met_theirs() {
	local name options file
	while IFS=@ read -r name _ options; do
		file=manifest
		[[ $options != *--only* ]] || file=${options##*--only }
		[ "$(grep -c "/$file" "$WORK/${port_of[$name]}.log")" -ge 2 ] || return 1
	done < <(faults)
}
check "every fault has been met" within 20 all_have_met_theirs
mirror $good

alone() { # NAME PATTERN
	wait "${pid[$1.alone]}"
	messages=$(cat "$WORK/$1.alone.messages")
	last=$1.alone
	says "$2" && says "no time for another try" && equals "$(summary .result)" "temporary failure" &&
		has_nothing_verified "$1.alone"
}
beside() { # NAME
	wait "${pid[$1]}"
	last=$1
	cat "$WORK/$1.messages"
	has_image "$1" && equals "$(summary .result)" "done"
}
while IFS=@ read -r name pattern _; do
	check "$name: the image comes from the other mirror" beside "$name"
	check "$name alone: it says so, and nothing is there" alone "$name" "$pattern"
done < <(faults; echo refused@onnect)

no_control_characters() { not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$WORK"/*.messages; }

check "what a server says does not move the cursor" no_control_characters

# ---- What is not its fault -------------------------------------------------------------------------------

mirror 8200 --fault endless --only packages
check "bytes behind the layer's end are nobody's" fetches 0 behind --timeout 10 --url "$(url 8200)"
check "the layer is right" has_image behind

# Proxies of the environment are not asked, nor its other ideas.
export http_proxy=http://127.0.0.1:1/ ALL_PROXY=http://127.0.0.1:1/ SSLKEYLOGFILE=$WORK/keys
check "the environment has no say" fetches 0 environment --timeout 10 --url "$(url $good)"
unset http_proxy ALL_PROXY SSLKEYLOGFILE

# A name that cannot be resolved until there is a name server.
echo 'nameserver 127.0.0.1' >"$WORK/resolv.conf"
mount --bind "$WORK/resolv.conf" /etc/resolv.conf
fetch name --timeout 60 --url "http://mirror.test:$good" &
name_pid=$!
check "a name that is not known" within 20 grep -q "resolve host.*next try" "$WORK/name.messages"
dnsmasq --no-daemon --conf-file=/dev/null --user=root --listen-address=127.0.0.1 --bind-interfaces --no-hosts \
	--no-resolv --address=/mirror.test/127.0.0.1 2>"$WORK/dnsmasq.log" &
resolved() { wait $name_pid; cat "$WORK/name.messages"; has_image name; }
check "is asked for again" resolved
echo "1..$tap_count"
