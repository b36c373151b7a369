# SPDX-License-Identifier: MIT
# A real iSCSI target (tgt) for tests, the demo and the boot scenarios, on loopback in the current
# network namespace, or at PEER_ADDRESS. Source it.
# shellcheck shell=bash

# start_iscsi_target DIR PORT IQN [USER PASSWORD-FILE]: one LUN of 64 MiB, kept in DIR; one-way CHAP
# when a user is given. PEER_PORTALS ("portal=A:P,portal=B:P") in place of that one, and PEER_LUN_SIZE. Returns when the
# target answers (at most 10 s), and prints the server's process id. It ignores TERM: end it with KILL.
start_iscsi_target() {
	local dir=$1 port=$2 iqn=$3 user=${4:-} password_file=${5:-} pid
	mkdir -p "$dir"
	truncate -s "${PEER_LUN_SIZE:-64M}" "$dir/lun1"
	rm -f "$dir/sock" "$dir/sock.0" "$dir/sock.0.lock"
	TGT_IPC_SOCKET=$dir/sock tgtd --foreground --control-port 0 \
		--iscsi "${PEER_PORTALS:-portal=${PEER_ADDRESS:-127.0.0.1}:$port}" >"$dir/tgtd.log" 2>&1 </dev/null &
	pid=$!
	if ! _iscsi_within 10 "$pid" _tgtadm "$dir" --op show --mode sys ||
		! _iscsi_configure "$dir" "$iqn" "$user" "$password_file" >>"$dir/tgtd.log" 2>&1 ||
		! _iscsi_within 10 "$pid" _iscsi_listens "${PEER_ADDRESS:-127.0.0.1}" "$port"; then
		tail -n 5 "$dir/tgtd.log" | sed 's/^/# tgtd: /' >&2
		kill -KILL "$pid" 2>/dev/null
		return 1
	fi
	echo "$pid"
}

# iscsi_add_target DIR NUMBER IQN [SIZE]: another target of the same server, numbers from 2, with one LUN
# (64M), open to everyone.
iscsi_add_target() {
	truncate -s "${4:-64M}" "$1/lun-of-$2"
	_tgtadm "$1" --op new --mode target --tid "$2" --targetname "$3" &&
		_tgtadm "$1" --op new --mode logicalunit --tid "$2" --lun 1 --backing-store "$1/lun-of-$2" &&
		_tgtadm "$1" --op bind --mode target --tid "$2" --initiator-address ALL
}

# iscsi_add_lun DIR NUMBER: another LUN of 64 MiB, kept in DIR/lunNUMBER.
iscsi_add_lun() {
	truncate -s 64M "$1/lun$2"
	_tgtadm "$1" --op new --mode logicalunit --tid 1 --lun "$2" --backing-store "$1/lun$2"
}

# iscsi_add_account DIR USER PASSWORD: for iscsi_bind_account.
iscsi_add_account() { _tgtadm "$1" --op new --mode account --user "$2" --password "$3"; }

# iscsi_bind_account DIR NUMBER USER [--outgoing]: the target wants this of initiators, or proves it.
iscsi_bind_account() { _tgtadm "$1" --op bind --mode account --tid "$2" --user "$3" ${4:+"$4"}; }

# iscsi_bind_discovery DIR USER: who asks for targets must be this one.
iscsi_bind_discovery() { _tgtadm "$1" --op bind --mode account --user "$2"; }

# iscsi_add_digests DIR NUMBER: the target can header and data digests.
iscsi_add_digests() {
	_tgtadm "$1" --op update --mode target --tid "$2" --name HeaderDigest --value CRC32C,None &&
		_tgtadm "$1" --op update --mode target --tid "$2" --name DataDigest --value CRC32C,None
}

# iscsi_sessions DIR: what the target says about itself, with the initiators that are logged in.
iscsi_sessions() { _tgtadm "$1" --op show --mode target | grep -a 'Initiator:'; }

# iscsi_drop_sessions DIR: the target closes every connection, as when its cable is pulled for a moment.
iscsi_drop_sessions() {
	local sid cid
	_tgtadm "$1" --op show --mode conn --tid 1 | sed -n 's/.*Session: \([0-9]*\).*/\1/p' |
		while read -r sid; do
			cid=$(_tgtadm "$1" --op show --mode conn --tid 1 |
				sed -n "/Session: $sid\$/,/Session:/s/.*Connection: \([0-9]*\).*/\1/p" | head -n 1)
			_tgtadm "$1" --op delete --mode conn --tid 1 --sid "$sid" --cid "${cid:-0}"
		done
}

_tgtadm() { # DIR ARGUMENT...
	local dir=$1
	shift
	TGT_IPC_SOCKET=$dir/sock tgtadm --control-port 0 --lld iscsi "$@" 2>/dev/null
}

_iscsi_configure() { # DIR IQN USER PASSWORD-FILE
	local dir=$1 iqn=$2 user=$3
	_tgtadm "$dir" --op new --mode target --tid 1 --targetname "$iqn" &&
		_tgtadm "$dir" --op new --mode logicalunit --tid 1 --lun 1 --backing-store "$dir/lun1" &&
		_tgtadm "$dir" --op bind --mode target --tid 1 --initiator-address ALL || return 1
	[ -n "$user" ] || return 0
	_tgtadm "$dir" --op new --mode account --user "$user" --password "$(cat "$4")" &&
		_tgtadm "$dir" --op bind --mode account --tid 1 --user "$user"
}

_iscsi_listens() { (: <"/dev/tcp/$1/$2") 2>/dev/null; } # ADDRESS PORT

_iscsi_within() { # SECONDS PID COMMAND...: until it succeeds, as long as the process lives
	local end=$((SECONDS + $1)) pid=$2
	shift 2
	until "$@" >/dev/null; do
		[ $SECONDS -lt $end ] && kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
}
