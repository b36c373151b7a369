#!/bin/bash
# SPDX-License-Identifier: MIT
# Who is who by certificate: what a host's names are, that it gets another one when its name changes, that a
# client's opens no host's call and a host's no other host's, what roostctl client-cert writes; ssh keys of hosts; and which
# hosts are told of each other.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/hosts.bash
. tests/net/hosts.bash
nodes=https://10.99.0.1:8443

hosts_network 10.99.0.2
check "the appliance starts" start_appliance --heartbeat 1 --listen 10.99.0.1:8443 --name appliance.example.net

# node NAME ID: a machine with this id, which calls itself NAME, at 10.99.0.2; its agent starts
node() {
	node=$WORK/$2
	start_host "$node" "$1" "$2"
}
pki() { echo "$node/run/roost/pki/$1"; }
names() { openssl x509 -noout -ext subjectAltName -in "$1" 2>/dev/null | tail -n +2 | tr -d ' '; } # CERTIFICATE
named() { equals "$(names "$(pki cert.pem)")" "$1"; }                                          # NAMES
subject() { openssl x509 -noout -subject -nameopt sep_comma_plus -in "$1"; }
purposes() { openssl x509 -noout -ext extendedKeyUsage -in "$1" | tail -n 1; }
as() { answers "$1" "$2" "$3" --cert "$4" --key "$5" "${@:6}"; } # STATUS METHOD URL CERTIFICATE KEY

ssh_of() { echo "$1/run/roost/ssh/host_key$2"; } # ROOT SUFFIX
sshd_makes_key() { # ROOT: as at a boot
	mkdir -p "$1/run/roost/ssh" && rm -f "$(ssh_of "$1" '')" && ssh-keygen -q -t ecdsa -b 256 -N '' -f "$(ssh_of "$1" '')" &&
		cut -d ' ' -f 1,2 "$(ssh_of "$1" .pub)" >"$WORK/public" && mv "$WORK/public" "$(ssh_of "$1" .pub)"
}
fingerprint_of() { ssh-keygen -l -f "$1" | cut -d ' ' -f 2 | tr + .; } # FILE: as a pattern
certified() { # ROOT NAMES: the certificate there is of this key, of the appliance, and for these names
	local shown
	shown=$(ssh-keygen -L -f "$(ssh_of "$1" -cert.pub)") && contains "$shown" 'ecdsa-sha2-nistp256-cert-v01@openssh.com host certificate' &&
		contains "$shown" "Public key: ECDSA-CERT $(fingerprint_of "$(ssh_of "$1" .pub)")" &&
		contains "$shown" "Signing CA: ECDSA $(fingerprint_of "$WORK/ssh-ca.pub")" &&
		equals "$(sed -n '/Principals:/,/Critical/p' <<<"$shown" | sed '1d;$d' | tr -d ' ' | tr '\n' ' ')" "$2"
}

# ---- The authority for hosts' ssh keys -----------------------------------------------------------------------

check "the line for known_hosts" ctl ssh-ca 'node*,10.99.0.*'
ctl ssh-ca 'node*,10.99.0.*' >"$WORK/known"
check "is one line, for these names" contains "$(cat "$WORK/known")" '^@cert-authority node\*,10\.99\.0\.\* ecdsa-sha2-nistp256 AAAA[^ ]*$'
cut -d ' ' -f 3,4 "$WORK/known" >"$WORK/ssh-ca.pub"
check "names that would be two lines are refused" contains "$(ctl ssh-ca $'a b\nc' 2>&1)" 'expected names'
check "the authority's key is private" equals "$(stat -c %a "$state/ssh-ca.key")" 600

# ---- Hosts -----------------------------------------------------------------------------------------------

one=11111111-2222-4333-8444-000000000001
two=11111111-2222-4333-8444-000000000002
node '(none)' $one
first=$node
check "a host without a name registers, and has a certificate for its address" within 20 named "IPAddress:10.99.0.2"
check "sshd has made its key" sshd_makes_key "$first"
check "it is signed, for that address" within 20 certified "$first" "10.99.0.2 "
check "its other certificate is a host's" contains "$(subject "$(pki cert.pem)")" "O=roost-host,CN=$one"
check "for both ends of a connection" contains "$(purposes "$(pki cert.pem)")" 'Server Authentication, TLS Web Client'
check "it verifies" openssl verify -CAfile "$(pki ca.pem)" "$(pki cert.pem)"
check "the key is root's alone" equals "$(stat -c %a "$(pki key.pem)")" 600
check "it opens the host's own calls" as 200 GET "$nodes/v1/hosts/$one/kickstart" "$(pki cert.pem)" "$(pki key.pem)"
guests_pki() { echo "$node/run/roost/guests-pki/$1"; }
guests_are_named() { equals "$(names "$(guests_pki server-cert.pem)")" "$1"; }
check "guests' QEMU gets another one, for the same names" within 20 guests_are_named "IPAddress:10.99.0.2"
check "it says whose guests" contains "$(subject "$(guests_pki server-cert.pem)")" "O=roost-guests,CN=$one"
check "for both ends of a connection" contains "$(purposes "$(guests_pki server-cert.pem)")" 'Server Authentication, TLS Web Client'
check "with a key that is not the host's" not cmp "$(guests_pki server-key.pem)" "$(pki key.pem)"
check "which QEMU's group may read" equals "$(stat -c %a "$(guests_pki server-key.pem)")" 640
check "it opens none of the host's calls" as 401 GET "$nodes/v1/hosts/$one/kickstart" "$(guests_pki server-cert.pem)" "$(guests_pki server-key.pem)"
openssl req -new -key "$(pki key.pem)" -subj /CN=x | jq -Rs '{csr: ., for: "guests"}' >"$WORK/own.json"
check "the host's own key is not for guests" as 400 POST "$nodes/v1/hosts/$one/certificate" "$(pki cert.pem)" "$(pki key.pem)" \
	-d "@$WORK/own.json"
jq '.for = "others"' "$WORK/own.json" >"$WORK/others.json"
check "there is nothing else to be for" as 400 POST "$nodes/v1/hosts/$one/certificate" "$(pki cert.pem)" "$(pki key.pem)" \
	-d "@$WORK/others.json"
check "and the answer says so" body_has '.error | test("expected \"guests\"")'
cp "$(pki cert.pem)" "$(pki key.pem)" "$WORK"
echo node1.example.net >"$node/proc/sys/kernel/hostname"
check "it gets a name: the certificate has it" within 20 named "IPAddress:10.99.0.2,DNS:node1.example.net"
check "guests' has it, too" within 20 guests_are_named "IPAddress:10.99.0.2,DNS:node1.example.net"
check "the timeline says so" grep -q 'certificate renewed, for node1.example.net' "$node/run/roost/timeline"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$WORK/other.key" -subj /CN=x 2>/dev/null |
	jq -Rs '{csr: .}' >"$WORK/other.json"
check "another key takes a registration" as 400 POST "$nodes/v1/hosts/$one/certificate" "$(pki cert.pem)" "$(pki key.pem)" \
	-d "@$WORK/other.json"
check "and the answer says so" body_has '.field == "csr" and (.error | test("takes a registration"))'

# ---- A host's ssh key ----------------------------------------------------------------------------------------

check "with the name it is signed again" within 20 certified "$first" "10.99.0.2 node1.example.net "
check "the services' turn has come" test -e "$first/run/roost/due/roost-services"
check "after a boot it has another one" sshd_makes_key "$first"
check "which is signed" within 20 certified "$first" "10.99.0.2 node1.example.net "
echo node1.example.org >"$first/proc/sys/kernel/hostname"
check "with another name, too" within 20 certified "$first" "10.99.0.2 node1.example.org "
ssh_key() { jq -n --arg key "$1" '{key: $key}' >"$WORK/ssh.json"; }
ask_for_key() { # STATUS KEY
	ssh_key "$2"
	as "$1" POST "$nodes/v1/hosts/$one/ssh-certificate" "$(pki_of cert.pem)" "$(pki_of key.pem)" -d "@$WORK/ssh.json"
}
pki_of() { echo "$first/run/roost/pki/$1"; }
public=$(cat "$(ssh_of "$first" .pub)")
check "the host's key" ask_for_key 200 "$public"
check "nothing behind it" ask_for_key 400 "$public x"
check "no other kind of key" ask_for_key 400 "ssh-ed25519 ${public#* }"
check "no point beside the curve" ask_for_key 400 "$(sed 's/....$/AAA=/' <<<"$public")"
# ---- Another host ---------------------------------------------------------------------------------------------

node node1.example.org $two
second=$node
registered() { equals "$(ctl hosts --json | jq ".hosts | map(select(.id == \"$two\" and .registered_at > 0)) | length")" 1; }
check "a second host with the first one's name and address registers" within 20 registered
check "and has neither in its certificate" within 10 named ""
check "nor does it open the first one's calls" as 403 GET "$nodes/v1/hosts/$one/kickstart" "$(pki cert.pem)" "$(pki key.pem)"
echo appliance.example.net >"$second/proc/sys/kernel/hostname"
renewed() { grep -q 'certificate renewed, for appliance.example.net' "$second/run/roost/timeline"; }
check "it calls itself as the appliance does: it is signed again" within 20 renewed
check "and not with that name" named ""

# ---- Nobody else's name --------------------------------------------------------------------------------------

echo node1.example.org >"$second/proc/sys/kernel/hostname"
is_called() { equals "$(ctl hosts --json | jq -r ".hosts[] | select(.id == \"$two\").name")" "$1"; }
check "the second host calls itself like the first one" within 20 is_called node1.example.org
check "its sshd has a key, too" sshd_makes_key "$second"
check "which is not signed: that would be good for every name" within 20 grep -q 'appliance answers 400: there is no name that this host may have' "$second.log"
check "so it has no certificate" not test -e "$(ssh_of "$second" -cert.pub)"
check "not with another host's certificate" as 403 POST "$nodes/v1/hosts/$one/ssh-certificate" \
	"$second/run/roost/pki/cert.pem" "$second/run/roost/pki/key.pem" -d "@$WORK/ssh.json"

# ---- Who may send guests -----------------------------------------------------------------------------------

# What a node has of others by now: agent_peers.h. Each tells the addresses of its interfaces.
peers() { equals "$(jq -c .addresses "$1/run/roost/peers.json")" "$2"; } # ROOT LIST
printf '%s\n' "br0 10.99.0.2/24" "br1 172.16.0.2/24" "br0 2001:db8::2/64" >"$first/addresses"
echo "br0 10.99.0.3/24" >"$second/addresses"
check "a host is told where the others of its pool are, in all networks" within 20 peers "$second" '["10.99.0.2","172.16.0.2","2001:db8::2"]'
check "they of it, too" within 20 peers "$first" '["10.99.0.3"]'
check "the firewall's turn has come" test -e "$first/run/roost/due/roost-firewall"
stop_appliance
rm "$first/run/roost/due/roost-firewall"
check "the appliance is away" within 20 grep -q 'does not answer' "$first.log"
check "the list stays" peers "$first" '["10.99.0.3"]'
check "the appliance is back" start_appliance --heartbeat 1 --listen 10.99.0.1:8443 --name appliance.example.net
check "the other host goes away" ctl host reject $two
check "nobody is told of it any more" within 30 peers "$first" '[]'
check "the firewall's turn has come again" test -e "$first/run/roost/due/roost-firewall"

# ---- Clients -----------------------------------------------------------------------------------------------

client=$WORK/alice
check "a client's certificate" ctl client-cert alice --directory "$client" --expires 2d
check "it is a client's" contains "$(subject "$client/clientcert.pem")" 'O=roost-client,CN=alice'
check "for one end of a connection" not contains "$(purposes "$client/clientcert.pem")" Server
check "its key is private" equals "$(stat -c %a "$client/clientkey.pem")" 600
check "it ends after two days" not openssl x509 -noout -checkend $((2 * 86400 + 60)) -in "$client/clientcert.pem"
check "not sooner" openssl x509 -noout -checkend $((2 * 86400 - 600)) -in "$client/clientcert.pem"
before=$(sha256sum <"$client/clientkey.pem")
check "again, with the same key" ctl client-cert alice --directory "$client"
check "which stays" equals "$(sha256sum <"$client/clientkey.pem")" "$before"
check "a client with a host's id" ctl client-cert $one --directory "$WORK/impostor"
check "is no host" as 401 GET "$nodes/v1/hosts/$one/kickstart" "$WORK/impostor/clientcert.pem" "$WORK/impostor/clientkey.pem"
check "a name with a comma is refused" contains "$(ctl client-cert 'a,O=roost-host' --directory "$WORK/comma" 2>&1)" 'expected letters'
check "nodes cannot ask for one" answers 404 POST "$nodes/v1/admin/client-certificates" -d '{}'

echo "1..$tap_count"
exit $((tap_failed > 0))
