# SPDX-License-Identifier: MIT
# What the agent's network tests share: a CA, a root folder that stands for a node, and the agent on it.
# shellcheck shell=bash
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

NODE_ID=4c4c4544-0042-3510-8052-b4c04f4d3132
TOKEN=join-7f3a.SECRETOFTHETOKEN

# make_ca FOLDER: ca.pem, ca.key and server.pem (certificate and key for 127.0.0.1) in FOLDER.
make_ca() {
	local folder=$1
	mkdir -p "$folder"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
		-subj "/CN=test CA" -keyout "$folder/ca.key" -out "$folder/ca.crt" 2>/dev/null
	make_server_certificate "$folder" 30
	printf 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' >"$folder/ca.pem"
	cat "$folder/ca.crt" >>"$folder/ca.pem"
}

make_server_certificate() { # FOLDER DAYS
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=appliance" \
		-keyout "$1/server.key" 2>/dev/null |
		openssl x509 -req -days "$2" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial \
			-extfile <(echo subjectAltName=IP:127.0.0.1) >"$1/server.crt" 2>/dev/null
	cat "$1/server.crt" "$1/server.key" >"$1/server.pem"
}

fingerprint() { # CERTIFICATE-FILE
	openssl x509 -in "$1" -outform DER | sha256sum | cut -d' ' -f1
}

# make_node ROOT PORT FINGERPRINT: a machine with an address, a good clock, and this configuration.
make_node() {
	local root=$1
	mkdir -p "$root"/{run/roost/input,run/systemd/netif,sys/class/dmi/id,proc/sys/kernel}
	echo ADDRESS_STATE=routable >"$root/run/systemd/netif/state"
	echo "${NODE_ID^^}" >"$root/sys/class/dmi/id/product_uuid"
	echo "MemTotal: 4030000 kB" >"$root/proc/meminfo"
	printf 'processor : 0\nmodel name : Test\nflags : fpu svm\n' >"$root/proc/cpuinfo"
	echo node7 >"$root/proc/sys/kernel/hostname"
	(umask 077; echo "$TOKEN" >"$root/run/roost/token")
	echo "appliance --server=127.0.0.1:$2 --fingerprint=$3" >"$root/run/roost/host.conf"
}

# make_machine ROOT PORT FINGERPRINT NAME ID TOKEN: the same for one of several, with a network card of its own.
machines=0
make_machine() {
	machines=$((machines + 1))
	make_node "$1" "$2" "$3"
	echo "$4" >"$1/proc/sys/kernel/hostname"
	echo "$5" >"$1/sys/class/dmi/id/product_uuid"
	(umask 077; echo "$6" >"$1/run/roost/token")
	mkdir -p "$1/sys/class/net/eth0/device"
	echo 1 >"$1/sys/class/net/eth0/type"
	printf '3c:fd:fe:00:00:%02x\n' $machines >"$1/sys/class/net/eth0/address"
}

# start_agent ROOT: the agent's process id in $agent_pid, its log in ROOT.log.
start_agent() {
	roost-agent --root "$1" >"$1.log" 2>&1 &
	agent_pid=$!
}

agent_field() { # ROOT FIELD
	jq -r ".$2" "$1/run/roost/agent.json"
}

agent_is() { # ROOT STATE [REASON-PATTERN]
	equals "$(agent_field "$1" state)" "$2" && contains "$(agent_field "$1" reason)" "${3:-}"
}

answer() { # FOLDER NAME STATUS-LINE [HEADER] [BODY]: what the canned appliance says to NAME
	local body=${5:-}
	printf 'HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s' "$3" "${#body}" \
		"${4:+$4$'\r\n'}" "$body" >"$1/$2"
}

requests() { # FOLDER NAME: how many came
	find "$1/requests" -name "*.$2" | wc -l
}

requests_at_least() { [ "$(requests "$1" "$2")" -ge "$3" ]; }

is_running() { kill -0 "$1"; }

# sign_hosts FOLDER: the canned appliance registers whoever comes.
sign_hosts() {
	cat >"$1/hosts.run" <<END
#!/bin/bash
cd $1
body=\$(sed '1,/^\r\$/d' "\$(ls -v requests/*.hosts | tail -n 1)")
certificate=\$(jq -r .csr <<<"\$body" | openssl x509 -req -days 1 -CA ca.crt -CAkey ca.key -CAcreateserial 2>/dev/null)
reply=\$(jq -c --arg pem "\$certificate"\$'\n' '{id: .id, certificate: \$pem, pool: "default"}' <<<"\$body")
printf 'HTTP/1.1 201 Created\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "\${#reply}" "\$reply"
END
	chmod +x "$1/hosts.run"
}

request_body() { # FOLDER NAME: of the last one
	local last
	last=$(find "$1/requests" -name "*.$2" | sort -V | tail -n 1)
	[ -n "$last" ] && sed '1,/^\r$/d' "$last"
}
