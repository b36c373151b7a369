# SPDX-License-Identifier: MIT
# What tests of a host's libvirt from outside share: the image's own tree registers with the appliance at 10.99.0.1
# under user-mode-linux, takes its configuration from there, and is at 10.99.0.2. Source it after uml.bash.
# shellcheck shell=bash
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash

# remote_hosts ADDRESS-AND-NAMES...: where the clients find whom
remote_hosts() { printf '%s\n' "127.0.0.1 localhost" "$@" >"$WORK/hosts"; }
remote_appliance() { # ADDRESS-AND-NAMES...
	remote_hosts "$@"
	mount --bind "$WORK/hosts" /etc/hosts
	ip tuntap add tap0 mode tap && ip address add 10.99.0.1/24 dev tap0 && ip link set tap0 up
	check "the appliance starts" start_appliance --heartbeat 1 --listen 10.99.0.1:8443
}
remote_root() { uml_root tests/net/remote-guest "${uml_networkd[@]}"; }
# remote_start SECONDS: the host, node1, is $guest
remote_start() {
	check "the image's tree is mounted" remote_root
	(umask 077; ctl token create >"$root/test/token")
	uml_run "$1" eth0=tuntap,tap0 roost.appliance=10.99.0.1 "roost.fingerprint=$(ctl fingerprint)" roost.hostname=node1 &
	guest=$!
}
remote_end() {
	touch "$root/test/end"
	wait "$guest"
	uml_results
}
host_field() { ctl hosts --json | jq -r ".hosts[0].$1"; }
# The guest's own roost-config reads what the appliance says, as on a real host.
kickstart() { printf '%s\n' "$@" >"$WORK/ks" && ctl host set-kickstart "$(host_field id)" "$WORK/ks"; } # LINE...
steps=0
in_host() { # SCRIPT: what it prints is in $root/test/log
	steps=$((steps + 1))
	echo "$1" >"$root/test/do.new" && mv "$root/test/do.new" "$root/test/do.$steps"
	within 60 test -s "$root/test/done.$steps" && equals "$(cat "$root/test/done.$steps")" 0
}
listens() { socat -u OPEN:/dev/null "TCP:10.99.0.2:$1,connect-timeout=2"; } # PORT
