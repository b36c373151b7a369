#!/bin/bash
# SPDX-License-Identifier: MIT
# libvirt over TLS, from outside, with Debian's virsh: the image's own tree registers with the appliance under
# user-mode-linux, and its libvirtd listens when the configuration says so; for a client of the appliance's and
# for nobody else.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/remote.bash
. tests/net/remote.bash

uml_or_skip "libvirt over TLS"

host_is() { equals "$(host_field "$1")" "$2"; }
manage() { timeout 60 virsh -c "qemu+tls://$1/system?pkipath=$2" "${@:3}"; } # HOST PKI COMMAND...
# issue NAME AUTHORITY SUBJECT DAYS: $WORK/NAME, as roostctl client-cert makes it, signed by AUTHORITY.pem and .key
issue() {
	mkdir -p "$WORK/$1" && cp "$state/ca.pem" "$WORK/$1/cacert.pem" &&
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$3" -keyout "$WORK/$1/clientkey.pem" |
		openssl x509 -req -days "$4" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial \
			-extfile <(printf 'keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth\n') >"$WORK/$1/clientcert.pem"
}
refused() { ! manage 10.99.0.2 "$WORK/$1" list; } # NAME

remote_appliance "10.99.0.2 node1 node9"
remote_start 200

check "the host registers" within 60 host_is name node1
check "nothing listens by itself" not listens 16514
check "the host's kickstart has libvirt over TLS" kickstart "services --enabled=libvirtd-tls"
check "it listens" within 60 listens 16514
# docs/remote.md as it is written there, with another folder
sed -n '/^## libvirt over TLS$/,/^## /{/^```sh$/,/^```$/{/^```/d;p}}' docs/remote.md | sed "s|/home/alice/roost-pki|$WORK/alice|g" >"$WORK/example"
check "there is an example" test "$(wc -l <"$WORK/example")" = 2
example() { ROOST_STATE=$state timeout 30 bash -eu "$WORK/example"; }
check "alice gets a certificate, and sees the host's libvirt by its name" within 30 example
check "by its address, too" manage 10.99.0.2 "$WORK/alice" list --all
check "it is the host's" contains "$(manage 10.99.0.2 "$WORK/alice" hostname)" node1

# ---- Who is refused ----------------------------------------------------------------------------------------

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Roost appliance CA" \
	-keyout "$WORK/other.key" -out "$WORK/other.pem" 2>/dev/null
check "a certificate by openssl" issue carol "$state/ca" /O=roost-client/CN=carol 1
check "is as good" manage 10.99.0.2 "$WORK/carol" list
check "one of another authority" issue stranger "$WORK/other" /O=roost-client/CN=alice 1
check "is not" refused stranger
check "a host's" issue host "$state/ca" /O=roost-host/CN=11111111-2222-4333-8444-000000000001 1
check "manages no host" refused host
check "one that has ended" issue late "$state/ca" /O=roost-client/CN=alice 0
check "is refused, in a second" within 10 refused late
mkdir "$WORK/nobody" && cp "$state/ca.pem" "$WORK/nobody/cacert.pem"
check "no certificate at all: refused" refused nobody
check "the host is not taken for another one" not manage node9 "$WORK/alice" list

says() { in_host 'cp /run/roost/services.json /test/services.json' && jq -e "$1" "$root/test/services.json"; } # JQ-FILTER
check "the host says that it is on" says '.state == "ok" and .items[0].state == "on"'
served() { openssl s_client -connect 10.99.0.2:16514 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName; }
renamed() { contains "$(served)" 'DNS:node2'; }
check "the host gets another name" in_host 'echo node2 >/proc/sys/kernel/hostname'
check "libvirt shows the new certificate" within 60 renamed
check "and alice may still" within 30 manage 10.99.0.2 "$WORK/alice" list
check "the line goes" kickstart "# nothing"
check "nothing listens any more" within 60 not listens 16514
check "and the host says so" within 20 says '.state == "none"'
remote_end
echo "1..$tap_count"
exit $((tap_failed > 0))
