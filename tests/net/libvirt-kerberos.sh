#!/bin/bash
# SPDX-License-Identifier: MIT
# libvirt over TCP, with Kerberos: a realm of MIT's, the keytab by way of the appliance, the image's own libvirtd
# under user-mode-linux, and Debian's virsh outside. Who has no ticket, or one of somebody else's, stays outside,
# and nothing listens before there is a realm, somebody who is permitted, and a keytab.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/peers/kerberos.bash
. tests/peers/kerberos.bash

uml_or_skip "libvirt over Kerberos"

make_root() {
	uml_root tests/net/remote-guest roost-network.service roost-network.path roost-network-watch.service \
		systemd-networkd.service systemd-networkd.socket systemd-timesyncd.service
}
# The guest's roost-config reads what the appliance says, as on a real host.
kickstart() { printf '%s\n' "$@" >"$WORK/ks" && ctl host set-kickstart node1 "$WORK/ks"; } # LINE...
host_field() { ctl hosts --json | jq -r ".hosts[0].$1"; }
host_is() { equals "$(host_field "$1")" "$2"; }
host_says() { contains "$(host_field reason)" "$1"; }
# in_host SCRIPT: what it prints is in $root/test/log
steps=0
in_host() {
	steps=$((steps + 1))
	echo "$1" >"$root/test/do.new" && mv "$root/test/do.new" "$root/test/do.$steps"
	within 30 test -s "$root/test/done.$steps" && equals "$(cat "$root/test/done.$steps")" 0
}
listens() { socat -u OPEN:/dev/null TCP:10.99.0.2:16509,connect-timeout=2; }
manage() { timeout 20 virsh -c "qemu+tcp://${name:-node1.test.local}/system" "$@"; } # COMMAND...
as() { KRB5CCNAME=$WORK/$1.ticket manage "${@:2}"; }                                 # WHO COMMAND...
refused() { ! as "$1" list >"$WORK/refused" 2>&1 && contains "$(cat "$WORK/refused")" "$2"; } # WHO WHY

# hosts ADDRESS: where the clients find the host
hosts() { printf '%s\n' "127.0.0.1 localhost" "10.99.0.1 kdc.test.local" "$1 node1.test.local node1" >"$WORK/hosts"; }
hosts 10.99.0.2
mount --bind "$WORK/hosts" /etc/hosts
ip tuntap add tap0 mode tap && ip address add 10.99.0.1/24 dev tap0 && ip link set tap0 up
check "the appliance starts" start_appliance --heartbeat 1 --listen 10.99.0.1:8443
check "a realm of MIT Kerberos" kerberos_start 10.99.0.1 TEST.LOCAL
check "its users" kerberos_users alice bob carol/admin
check "the host's keytab" kerberos_keytab "$WORK/node1.keytab" libvirt/node1.test.local
check "one of another host" kerberos_keytab "$WORK/web.keytab" HTTP/node1.test.local
check "the image's tree is mounted" make_root
(umask 077; ctl token create >"$root/test/token")
uml_run 300 eth0=tuntap,tap0 roost.appliance=10.99.0.1 "roost.fingerprint=$(ctl fingerprint)" roost.hostname=node1 &
guest=$!
registered() { equals "$(ctl hosts --json | jq '.hosts | length')" 1; }
check "the host registers" within 60 registered
check "nothing listens by itself" not listens

# ---- What is missing is said -------------------------------------------------------------------------------

permit() { kickstart "services --enabled=libvirtd-tcp" "realm join --kdc=kdc.test.local --permit=$1 test.local"; } # PRINCIPALS
check "libvirt over TCP is turned on" permit alice,carol/admin@TEST.LOCAL
check "the appliance says that it is the keytab" within 30 host_says "libvirtd-tcp: waits for the host's keytab: roostctl keytab set HOST FILE"
check "and nothing listens" not listens
echo "no keytab" >"$WORK/text"
check "something that is none is refused" contains "$(ctl keytab set node1 "$WORK/text" 2>&1)" "expected a keytab of format 2"
check "and one of another service" contains "$(ctl keytab set node1 "$WORK/web.keytab" 2>&1)" "expected a key of libvirt/"
check "nothing is there then" contains "$(ctl keytab show node1)" "has no keytab"

# ---- With all of it ----------------------------------------------------------------------------------------

check "the host's own keytab" ctl keytab set node1 "$WORK/node1.keytab"
check "the appliance tells whose it is" contains "$(ctl keytab show node1)" "libvirt/node1.test.local@TEST.LOCAL  version 2  aes256"
check "libvirt listens" within 30 listens
check "alice, who has a ticket, sees the host's libvirt" within 20 as alice list --all
check "it is the host's" contains "$(as alice hostname)" node1
check "carol, too, whose name has two parts" as carol-admin list
check "bob has a ticket, and is not permitted" refused bob "authentication failed"
check "nobody comes in without a ticket" refused nobody "ailed to start SASL"
check "nor without Kerberos" not timeout 20 virsh -c qemu+tcp://10.99.0.2/system list

# What goes over the wire, by way of a relay that keeps it: the same name, another address.
hosts 127.0.0.1
socat -r "$WORK/sent" -R "$WORK/received" TCP-LISTEN:16509,bind=127.0.0.1,fork,reuseaddr TCP:10.99.0.2:16509 &
check "a relay" within 10 socat -u OPEN:/dev/null TCP:127.0.0.1:16509
check "alice, by way of the relay" contains "$(as alice capabilities)" "<capabilities>"
check "the relay has seen a lot" test "$(stat -c %s "$WORK/received")" -gt 4000
check "and how it began" grep -aq GSSAPI "$WORK/received"
check "and nothing of what was said" not grep -aq -e capabilities -e qemu "$WORK/received" "$WORK/sent"
hosts 10.99.0.2

# ---- The keytab, and who may see it ------------------------------------------------------------------------

check "the keytab is root's alone, in RAM" in_host 'test "$(stat -L -c %a:%u /etc/libvirt/krb5.tab)" = 600:0
	test "$(readlink -f /etc/libvirt/krb5.tab)" = /run/roost/pki/krb5.tab'
in_host 'cp /run/roost/pki/krb5.tab /test/keytab'
check "it is the one that the appliance has" cmp "$root/test/keytab" "$WORK/node1.keytab"

# ---- Changes -----------------------------------------------------------------------------------------------

check "bob is permitted" permit bob
check "and comes in" within 30 as bob list
check "alice does not any more" refused alice "authentication failed"
check "the service gets another key" kerberos_keytab "$WORK/node1.keytab" libvirt/node1.test.local
kinit -c "$WORK/bob.ticket" bob <<<password-of-bob >/dev/null
check "which the host does not have" refused bob "authentication failed"
check "until the appliance has it" ctl keytab set node1 "$WORK/node1.keytab"
check "then bob comes in again" within 30 as bob list
check "the keytab is taken away" ctl keytab unset node1
check "and nothing listens any more" within 30 not listens
check "the appliance says why" within 30 host_says "waits for the host's keytab"
check "the file is gone" in_host 'test ! -e /etc/libvirt/krb5.tab'
check "the line goes" kickstart "# nothing"
check "there is no realm any more" within 30 in_host 'test ! -e /etc/krb5.conf'
touch "$root/test/end"
wait $guest
uml_results
echo "1..$tap_count"
exit $((tap_failed > 0))
