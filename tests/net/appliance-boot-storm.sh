#!/bin/bash
# SPDX-License-Identifier: MIT
# PAINS 23: many machines load their boot files at once. Each gets its bytes, or is told when to come
# again; none is dropped without an answer. Clients that stall or creep are cut, a kill in the middle
# costs a resume, and others are served meanwhile.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

port=8080
plain=http://127.0.0.1:$port
boot=$WORK/boot
mkdir -p "$boot"
head -c 3000000 /dev/urandom >"$boot/layer"
# More than the sockets' buffers hold, so that a download can be caught in the middle.
truncate -s 64M "$boot/large" "$boot/shrinking"

serve() { start_appliance --boot-dir "$boot" --boot-listen 127.0.0.1:$port "$@"; }
check "it starts" serve --max-per-address 120

# ---- Those who hardly read ---------------------------------------------------------------------------

exec {stalled}<>/dev/tcp/127.0.0.1/$port
printf 'GET /boot/large HTTP/1.1\r\nHost: a\r\n\r\n' >&$stalled
creep() {
	exec {creeping}<>/dev/tcp/127.0.0.1/$port
	printf 'GET /boot/large HTTP/1.1\r\nHost: a\r\n\r\n' >&$creeping
	while read -r -n 100 -u $creeping -d '' && read -r -t 0.5 <> <(:) || [ $? -gt 128 ]; do :; done
}
creep 2>/dev/null &
# A file that shrinks on its way stalls, too, at the server's end.
curl -s --max-time 100 --limit-rate 40M -o "$WORK/shrunk" "$plain/boot/shrinking" &
shrinking=$!
within 5 test -s "$WORK/shrunk"
truncate -s 1M "$boot/shrinking"

# ---- Many at once ------------------------------------------------------------------------------------

# storm COUNT [CURL-OPTION...]: so many clients at once; $WORK/storm has a line each: STATUS SIZE RETRY-AFTER
storm() {
	local n count=$1
	shift
	rm -rf "$WORK/got" && mkdir "$WORK/got"
	for ((n = 0; n < count; n++)); do
		printf 'url = "%s/boot/layer"\noutput = "%s/got/%s"\n' "$plain" "$WORK" "$n"
	done >"$WORK/urls"
	curl -s --max-time 100 --parallel --parallel-immediate --parallel-max 300 -K "$WORK/urls" \
		-w '%{http_code} %{size_download} %header{retry-after}\n' "$@" >"$WORK/storm" 2>"$WORK/progress"
}
count() { grep -cE "$1" "$WORK/storm"; }
wrong() { find "$WORK/got" -type f -size +1M ! -exec cmp -s {} "$boot/layer" \; -print | wc -l; }
storm_with_others() {
	storm 100 --limit-rate 3M &
	local clients=$!
	within 5 test -s "$WORK/got/99"
	answers 206 GET "$plain/boot/layer" -r 0-9 --max-time 1
	meanwhile=$?
	wait $clients
}
check "100 clients at once" storm_with_others
check "another one is served meanwhile" equals "$meanwhile" 0
check "all 100 have it" equals "$(count '^200 3000000 ')" 100
check "byte for byte" equals "$(wrong)" 0
storm 200 --limit-rate 1M
check "200 at once, where 120 are allowed: each has an answer" equals "$(wc -l <"$WORK/storm")" 200
check "some are told to come again" test "$(count '^503 [0-9]+ ([5-9]|1[0-4])$')" -ge 40
check "all others have it" equals "$(($(count '^200 3000000 ') + $(count '^503 ')))" 200
check "byte for byte" equals "$(wrong)" 0
check "not all come back at the same time" test "$(sed -n 's/^503 .* //p' "$WORK/storm" | sort -u | wc -l)" -ge 5
check "refusals are one line a second at most" test "$(grep -c 'GET /boot/layer 503 ' "$log")" -le 15
storm 200 --limit-rate 1M --retry 9
check "those who come again, as told, get it: all 200" equals "$(count '^200 3000000 ')" 200
check "byte for byte" equals "$(wrong)" 0
call GET $admin/metrics
check "the refused are counted" contains "$body" '^roost_boot_refused_total\{address="boot"\} [1-9][0-9]+$'
check "and the bytes" contains "$body" '^roost_boot_bytes_total\{address="boot"\} [1-9][0-9]{8,}$'
check "requests beyond 2000 in a second too are told to come again" contains \
	"$(curl -s --max-time 60 "$plain/boot/nothing[1-20000]" -o /dev/null -w '%{http_code} %header{retry-after}\n' | sort | uniq -c)" '503 [0-9]+$'
check "a second later it serves again" within 5 answers 206 GET "$plain/boot/layer" -r 0-9

# ---- Files that change -------------------------------------------------------------------------------

# in_the_middle COMMAND...: runs it when a download of /boot/large has begun; sets $got to curl's status
in_the_middle() {
	rm -f "$WORK/part"
	curl -s --max-time 30 --limit-rate 40M -o "$WORK/part" "$plain/boot/large" &
	local client=$!
	within 5 test -s "$WORK/part"
	"$@"
	wait $client
	got=$?
}
replace() { head -c 64M /dev/zero | tr '\0' x >"$boot/new" && mv "$boot/new" "$boot/large"; }
cp --sparse=always "$boot/large" "$WORK/large"
in_the_middle replace
check "a file that is replaced meanwhile" equals "$got" 0
check "arrives as it was" cmp "$WORK/large" "$WORK/part"
check "and then as it is" answers 206 GET "$plain/boot/large" -r 0-0
check "which is new" equals "$body" x
wait $shrinking
# 18: a part only (curl(1)); not 28, its own patience
check "one that shrinks meanwhile ends early, and the client sees it" equals $? 18
check "others are served" answers 206 GET "$plain/boot/layer" -r 0-9

# ---- Those who hardly read, again --------------------------------------------------------------------

cut() {
	call GET $admin/metrics
	equals "$(sed -n 's/^roost_boot_cut_total{address="boot"} //p' <<<"$body")" 3
}
check "the stalled, the creeping and the shrunk one are cut" within 90 cut
open_connections() { ss -Htn state established "( sport = :$port )" | wc -l; }
check "their connections are gone" equals "$(open_connections)" 0
exec {stalled}>&-

# ---- Killed in the middle ----------------------------------------------------------------------------

in_the_middle stop_appliance KILL
check "killed in the middle: the client sees it" test "$got" -ne 0
check "and has a part" test -s "$WORK/part"
check "it starts again" serve --max-per-address 120
check "the rest" curl -s --max-time 30 -C - -o "$WORK/part" "$plain/boot/large"
check "makes it whole" cmp "$boot/large" "$WORK/part"
stop_appliance TERM
check "it ends cleanly" equals "$status" 0

# ---- Too few files may be open -----------------------------------------------------------------------

few_files() {
	# In a subshell the limit is the appliance's alone; its id comes by a file.
	(
		ulimit -n 300 || exit
		serve --max-per-address 120 && echo "$appliance_pid" >"$WORK/pid"
	)
}
check "it starts where 300 files may be open" few_files
appliance_pid=$(cat "$WORK/pid")
check "says what that means" contains "$(tail -n 9 "$log")" '39 connections at once .* only 300 files may be open'
storm 100 --retry 9
check "nobody is left without an answer" equals "$(count '^200 3000000 ')" 100
check "it serves afterwards" answers 206 GET "$plain/boot/layer" -r 0-9
check "operators, too" ctl hosts
kill "$appliance_pid"
gone() { ! kill -0 "$appliance_pid"; }
check "it ends" within 10 gone
check "no sanitizer said a word" not grep -E 'Sanitizer|runtime error' "$log"
echo "1..$tap_count"
