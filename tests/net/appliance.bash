# SPDX-License-Identifier: MIT
# What the appliance's tests share: starting it, and curl as a node and as an operator.
# shellcheck shell=bash
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

state=$WORK/appliance
log=$WORK/appliance.log
nodes=https://127.0.0.1:8443
admin=https://127.0.0.1:8444

# start_appliance [OPTION...]
start_appliance() {
	rm -f "$state/endpoints.json"
	roost-appliance --state "$state" --listen 127.0.0.1:8443 --admin 127.0.0.1:8444 "$@" 2>>"$log" &
	appliance_pid=$!
	within 20 test -s "$state/endpoints.json" || { cat "$log"; return 1; }
}

# stop_appliance [SIGNAL]: sets $status
stop_appliance() {
	kill -"${1:-TERM}" "$appliance_pid"
	wait "$appliance_pid" 2>/dev/null
	status=$?
}

ctl() { roostctl --state "$state" "$@"; }

# call METHOD URL [CURL-OPTION...]: the body in $body, the status in $code, the headers in $headers.
call() {
	local method=$1 url=$2
	shift 2
	: >"$WORK/body" >"$WORK/headers"
	code=$(curl -s --max-time 20 --cacert "$state/ca.pem" -X "$method" -o "$WORK/body" -D "$WORK/headers" \
		-w '%{http_code}' "$@" "$url")
	body=$(tr -d '\0' <"$WORK/body")
	headers=$(tr -d '\r' <"$WORK/headers")
}

# answers STATUS METHOD URL [CURL-OPTION...]
answers() {
	local wanted=$1
	shift
	call "$@"
	echo "$body"
	equals "$code" "$wanted"
}

# The same with the admin token, and a path below /v1/admin.
admin_answers() { # STATUS METHOD PATH [CURL-OPTION...]
	local wanted=$1 method=$2 path=$3
	shift 3
	answers "$wanted" "$method" "$admin/v1/admin/$path" -H "Authorization: Bearer $(cat "$state/admin.token")" "$@"
}

body_has() { # JQ-FILTER
	echo "$body"
	jq -e "$1" <<<"$body"
}

header_has() { contains "$headers" "$1"; }

# make_key NAME: $WORK/NAME.key and $WORK/NAME.csr
make_key() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/$1.key" 2>/dev/null &&
		openssl req -new -key "$WORK/$1.key" -subj /CN=ignored -out "$WORK/$1.csr"
}

# make_request NAME ID MAC SERIAL: $WORK/NAME.json, a registration with the key of NAME
make_request() {
	[ -f "$WORK/$1.csr" ] || make_key "$1"
	jq -n --rawfile csr "$WORK/$1.csr" --arg id "$2" --arg mac "$3" --arg serial "$4" \
		'{id: $id, csr: $csr, facts: {system: {serial: $serial, product: "Test"}, nics: [{name: "eth0", mac: $mac}]}}' \
		>"$WORK/$1.json"
}

# register NAME TOKEN STATUS: sends $WORK/NAME.json; the certificate goes to $WORK/NAME.pem
register() {
	answers "$3" POST "$nodes/v1/hosts" -H "Authorization: Bearer $2" --data-binary @"$WORK/$1.json" || return
	[ "$code" != 201 ] || jq -r .certificate <<<"$body" >"$WORK/$1.pem"
}

# as_host NAME STATUS METHOD PATH [CURL-OPTION...]
as_host() {
	local name=$1 wanted=$2 method=$3 path=$4
	shift 4
	answers "$wanted" "$method" "$nodes$path" --cert "$WORK/$name.pem" --key "$WORK/$name.key" "$@"
}
