#!/bin/bash
# SPDX-License-Identifier: MIT
# What of a host is open to its neighbours, who may log in, and how ssh knows the host after a boot: the image's own tree
# as a container, with the image's nft, sshd and units. Every TCP port is tried from outside, while something listens at
# some of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/net/namespace.bash
. tests/net/namespace.bash
# shellcheck source=tests/net/uml.bash
. tests/net/uml.bash
# shellcheck source=tests/net/container.bash
. tests/net/container.bash

container_or_skip "the firewall and sshd"

make_root() {
	uml_root tests/net/access-guest "${uml_networkd[@]}" roost-config.service roost-agent.service
}
step=0
configure() { # LINE...
	step=$((step + 1))
	printf '%s\n' "$@" >"$root/test/.next" && mv "$root/test/.next" "$root/test/$step.conf"
	within 30 test -e "$root/test/$step.done"
}
peers() { # ADDRESS...: of the other hosts of the pool
	step=$((step + 1))
	jq -n '{addresses: $ARGS.positional}' --args "$@" >"$root/test/.next" && mv "$root/test/.next" "$root/test/$step.peers"
	within 30 test -e "$root/test/$step.done"
}
lets_guests_in() { contains "$(socat -u OPEN:/dev/null "TCP:$1:49200,connect-timeout=1" 2>&1)" refused; } # ADDRESS
scan() { timeout 60 scan-ports 10.99.0.2; }
open_ports() { equals "$(scan | tr '\n' ' ')" "${*:+$* }refused 0 "; } # PORT...
# ssh without settings and known hosts of who runs this
printf '#!/bin/sh\nexec ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=%s "$@"\n' \
	"$WORK/known" >"$WORK/ssh"
chmod +x "$WORK/ssh"
login() { # KEY [OPTION...]
	timeout 30 "$WORK/ssh" -i "$WORK/$1" -o IdentitiesOnly=yes -o ConnectTimeout=10 "${@:2}" root@10.99.0.2 hostname
}
says() { equals "$(socat -T 3 - "TCP:$1:7777,connect-timeout=3" </dev/null)" "$2"; } # ADDRESS TEXT
not_on() { equals "$(cat "$root/test/$step.sshd")" inactive; }

node=$(namespace_start)
namespace_cable "$node" outside eth0
ip address add 10.99.0.1/24 dev outside
ip address add fd00:99::1/64 dev outside nodad
ip link set outside up
for key in alice mallory; do
	ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$WORK/$key"
done
alice="sshkey --username=root \"$(cat "$WORK/alice.pub")\""
check "the image's tree is mounted" make_root
container_run 280 "$node" &
guest=$!

check "a host without a word about access starts" configure "timezone UTC"
check "of all its ports none is open, though something listens" open_ports
check "it answers to ping" busybox ping -c 1 -W 2 10.99.0.2
check "its guests on the bridge are reached at any port" says 10.99.0.3 guest
check "no key, no sshd" not_on

check "a key" configure "$alice"
check "opens ssh and nothing else" open_ports 22
check "whoever has it logs in" equals "$(login alice)" node1
check "another key does not" not login mallory
by_ssh() { timeout 60 virsh -q -c "qemu+ssh://root@10.99.0.2/system?keyfile=$WORK/$1&command=$WORK/ssh" hostname; }
check "virsh goes the same way" equals "$(by_ssh alice)" node1
check "but not with another key" not by_ssh mallory
methods() { login mallory -v -o PreferredAuthentications=password,keyboard-interactive,none; }
check "nor would any password: the server takes keys alone" contains "$(methods 2>&1 | tr -d '\r')" \
	'Authentications that can continue: publickey$'

# ---- The host's own key, which the appliance signs ----------------------------------------------------------

as_node() { # STATUS: the host's key is shown to the appliance, as roost-agent does it
	jq -n --rawfile key "$root/test/host_key.pub" '{key: ($key | rtrimstr("\n"))}' >"$WORK/key.json"
	as_host one "$1" POST "/v1/hosts/$id/ssh-certificate" --data-binary @"$WORK/key.json"
}
sshd_gets() { # CERTIFICATE: nothing is the next boot, with another key
	step=$((step + 1))
	printf %s "$1" >"$root/test/.next" && mv "$root/test/.next" "$root/test/$step.ssh"
	within 30 test -e "$root/test/$step.done"
}
strictly() { # NAME KNOWN-HOSTS: with no question, and nothing remembered
	timeout 30 ssh -F none -i "$WORK/alice" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes \
		-o UserKnownHostsFile="$WORK/$2" -o GlobalKnownHostsFile=/dev/null -o HostKeyAlias="$1" root@10.99.0.2 hostname
}
id=11111111-2222-4333-8444-000000000001
register_node1() {
	make_request one $id 3c:fd:fe:00:00:01 serial1 && jq '.facts.hostname = "node1"' "$WORK/one.json" >"$WORK/named.json" &&
		mv "$WORK/named.json" "$WORK/one.json" && register one "$(ctl token create)" 201
}
check "the appliance starts" start_appliance
check "the host registers" register_node1
ctl ssh-ca 'node*' >"$WORK/appliance.known"
ssh-keygen -q -t ecdsa -b 256 -N '' -f "$WORK/other-ca"
echo "@cert-authority node* $(cat "$WORK/other-ca.pub")" >"$WORK/other.known"
check "a client that trusts the appliance's hosts does not know this key" contains "$(strictly node1 appliance.known 2>&1)" 'verification failed'
check "the appliance signs it" as_node 200
check "sshd has the certificate" sshd_gets "$(jq -r .certificate <<<"$body")"
check "the client is content" equals "$(strictly node1 appliance.known)" node1
check "it would not be with another host's name" contains "$(strictly node2 appliance.known 2>&1)" 'name is not a listed principal'
check "nor is one that trusts another authority" contains "$(strictly node1 other.known 2>&1)" 'verification failed'
before=$(cat "$root/test/host_key.pub")
check "the next boot" sshd_gets ""
check "has another key" not equals "$(cat "$root/test/host_key.pub")" "$before"
check "which nobody knows yet" contains "$(strictly node1 appliance.known 2>&1)" 'verification failed'
check "the appliance signs this one, too" as_node 200
check "sshd has that certificate" sshd_gets "$(jq -r .certificate <<<"$body")"
check "the same client is content" equals "$(strictly node1 appliance.known)" node1
stop_appliance

check "libvirt over TLS opens its ports, and not ssh's" configure "services --enabled=libvirtd-tls"
check "without the key there is no sshd" not_on
check "no other host is known: nobody sends guests" not lets_guests_in 10.99.0.2
check "another host is known" peers 10.99.0.7
check "that is not this one" not lets_guests_in 10.99.0.2
check "this one is, by both its addresses" peers 10.99.0.7 10.99.0.1 fd00:99::1
# QEMU listens at 49152 to 49215 only while a guest moves: the host answers that nobody is there
check "one listens; the 64 for migration are let in and refuse" equals "$(scan | tr '\n' ' ')" "16514 refused 64 "
check "also over IPv6" lets_guests_in '[fd00:99::2]'
check "another configuration" configure "services --enabled=libvirtd-tls" "timezone UTC"
check "knows it still" lets_guests_in 10.99.0.2
check "it is no host of the pool any more" peers 10.99.0.7
check "it is not let in" not lets_guests_in 10.99.0.2
check "nor over IPv6" not lets_guests_in '[fd00:99::2]'

check "firewall's own words" configure "$alice" "firewall --port=7777,7778:udp --remove-service=ssh"
check "open what is named, and close ssh" open_ports 7777
check "datagrams come in, too" socat -u - UDP:10.99.0.2:7778 <<<"datagram"
check "a trusted device" configure "firewall --trust=br0"
check "lets everything in" equals "$(scan | grep -v refused | tr '\n' ' ')" "7777 16514 "
check "no firewall" configure "firewall --disabled"
check "is none" says 10.99.0.2 host
check "and again one" configure "firewall --enabled"
check "with nothing open" open_ports
touch "$root/test/step.end"
wait $guest
uml_results
check "the datagram arrived" equals "$(cat "$root/test/datagrams")" datagram
check "the last rules are the host's only ones" equals "$(grep -c '^table' "$root/test/$step.nft")" 1
echo "1..$tap_count"
exit $((tap_failed > 0))
