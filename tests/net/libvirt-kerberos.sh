#!/bin/bash
# SPDX-License-Identifier: MIT
# libvirt over TCP, with Kerberos: a realm of MIT's, the keytab by way of the appliance, the image's own libvirtd
# under user-mode-linux, and Debian's virsh outside, as docs/remote.md has it. Who has no ticket, or one of somebody
# who is not permitted, stays outside, and nothing listens before there is a keytab, nor after it.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/remote.bash
. tests/net/remote.bash
# shellcheck source=tests/peers/kerberos.bash
. tests/peers/kerberos.bash

uml_or_skip "libvirt over Kerberos"
KEY=SECRET-KEY-OF-THE-SERVICE-32-BYT

permit() { kickstart "services --enabled=libvirtd-tcp,libvirtd-tls" "realm join --permit=$1 test.local"; } # PRINCIPALS
host_says() { contains "$(host_field reason)" "$1"; }
registered() { equals "$(ctl hosts --json | jq '.hosts | length')" 1; }
manage() { timeout 20 virsh -c "qemu+tcp://${name:-node1.test.local}/system" "$@"; } # COMMAND...
as() { KRB5CCNAME=$WORK/$1.ticket manage "${@:2}"; }                                 # WHO COMMAND...
# refused WHO WHY: by the beginning of a row in docs/remote.md
refused() {
	! as "$1" list >"$WORK/refused" 2>&1 && contains "$(cat "$WORK/refused")" "$2" && grep -q "^| .*\`$2" docs/remote.md
}
# example N: the Nth block of the page's part about Kerberos, with this test's realm
example() {
	awk -v n="$1" '/^## /{ours = /Kerberos/} ours && /^```/{blocks++; next} ours && blocks == 2 * n - 1' docs/remote.md |
		sed 's/example\.net/test.local/g; s/EXAMPLE\.NET/TEST.LOCAL/g; s/^kadmin /kadmin.local /'
}
try() { (example "$1" >"$WORK/example" && cd "$WORK" && test -s example && ROOST_STATE=$state timeout 30 bash -eu example); }
# hosts ADDRESS: where the clients find the host
hosts() { remote_hosts "10.99.0.1 kdc.test.local" "$1 node1.test.local node1 other.test.local"; }

remote_appliance
hosts 10.99.0.2
check "a realm of MIT Kerberos" kerberos_start 10.99.0.1 TEST.LOCAL
check "its users" kerberos_users alice bob/admin carol
remote_start 300
check "the host registers" within 60 registered
check "nothing listens by itself" not listens 16509

# ---- docs/remote.md, as it is written there ----------------------------------------------------------------

example 1 >"$WORK/ks"
check "libvirt over Kerberos is turned on" ctl host set-kickstart node1 "$WORK/ks"
check "the appliance says that the keytab is missing" within 30 \
	host_says "libvirtd-tcp: waits for the host's keytab: roostctl keytab set HOST FILE"
check "nothing listens yet" not listens 16509
check "the host's keytab" try 2
# A second key, whose bytes can be looked for.
keytab_with_key "$WORK/marked" libvirt/marked.test.local@TEST.LOCAL "$KEY"
tail -c +3 "$WORK/marked" >>"$WORK/node1.keytab"
check "is given to the appliance" try 3
check "libvirt listens" within 30 listens 16509
try_alice() { try 4 <<<password-of-alice; }
check "alice sees the host's libvirt" within 20 try_alice
check "it is the host's" contains "$(as alice hostname)" node1

# ---- Who is refused ----------------------------------------------------------------------------------------

check "bob/admin is permitted, too" as bob-admin list
check "carol has a ticket, and is not" refused carol "authentication failed"
check "nobody comes in without a ticket" refused nobody "No Kerberos credentials available"
name=other.test.local
check "the host is not taken for another one" refused alice "not found in Kerberos database"
name=

# What goes over the wire, by way of a relay that keeps it: the same name, another address.
hosts 127.0.0.1
socat -r "$WORK/sent" -R "$WORK/received" TCP-LISTEN:16509,bind=127.0.0.1,fork,reuseaddr TCP:10.99.0.2:16509 &
check "a relay" within 10 socat -u OPEN:/dev/null TCP:127.0.0.1:16509
check "alice, by way of the relay" contains "$(as alice hostname)" node1
check "the relay has seen how it began" grep -aq GSSAPI "$WORK/received"
echo "qemu: in plain" | socat -u - TCP:127.0.0.1:16509
in_plain() { equals "$(grep -aoE 'qemu:.{9}' "$WORK/sent")" "qemu: in plain"; }
check "not what was asked, but for what nobody encrypts" within 10 in_plain
check "nor what was answered" not grep -aq node1 "$WORK/received"
hosts 10.99.0.2

# ---- The keytab, and who may see it ------------------------------------------------------------------------

check "the keytab is root's alone, in RAM" in_host 'test "$(stat -L -c %a:%u /etc/libvirt/krb5.tab)" = 600:0
	test "$(readlink -f /etc/libvirt/krb5.tab)" = /run/roost/pki/krb5.tab
	cp /run/roost/pki/krb5.tab /test/keytab'
check "it is the one that the appliance has" cmp "$root/test/keytab" "$WORK/node1.keytab"
check "its keys are there" grep -qa "$KEY" "$root/test/keytab"
check "and neither in the journal, nor in a command line, nor in a file that others read" in_host "
	found() { grep -aqe '[S]${KEY#S}'; }
	found </run/roost/pki/krb5.tab
	! journalctl -b --no-pager -a | found
	! cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | found
	! find /run /etc /var /tmp -type f -perm -o+r -exec cat {} + | found"

# ---- Changes -----------------------------------------------------------------------------------------------

check "carol is permitted instead, and TLS is on beside it" permit carol
check "libvirt listens to TLS, too" within 30 listens 16514
check "carol comes in" within 30 as carol list
check "alice does not any more" refused alice "authentication failed"
check "the service gets another key" try 2
kinit -c "$WORK/carol.ticket" carol <<<password-of-carol >/dev/null
check "which the host does not have" refused carol "authentication failed"
check "until the appliance has it" try 3
check "then carol comes in again" within 30 as carol list
check "the keytab is taken away" ctl keytab unset node1
check "and nothing listens any more" within 30 not listens 16509
check "the appliance says why" within 30 host_says "waits for the host's keytab"
check "the file is gone" in_host 'test ! -e /etc/libvirt/krb5.tab && test ! -e /run/roost/services/libvirtd.conf'
check "TLS is still on" within 10 listens 16514
check "the lines go" kickstart "# nothing"
check "so does TLS" within 30 not listens 16514
check "and the realm" in_host 'test ! -e /etc/krb5.conf'
remote_end
echo "1..$tap_count"
exit $((tap_failed > 0))
