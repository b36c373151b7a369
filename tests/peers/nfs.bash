# SPDX-License-Identifier: MIT
# A real NFS server (nfs-ganesha, user space) for tests, the demo and the boot scenarios, on loopback in
# the current network namespace, or at PEER_ADDRESS. Source it. Its VFS back end opens files by handle,
# which only root may. Version 4 needs nothing else; with NFS_PROTOCOLS=3,4 call start_rpcbind first.
# shellcheck shell=bash

# nfs_export DIR NAME [SETTING...]: one more export of the server that will start in DIR, of the folder
# DIR/NAME as /NAME, with settings of ganesha's EXPORT block such as "Squash = Root_Squash".
nfs_export() {
	local dir=$1 name=$2 setting settings=
	shift 2
	for setting in "${@:-Access_Type = RW}"; do settings+="$setting; "; done
	mkdir -p "$dir/$name"
	nfs_export_id=$((${nfs_export_id:-100} + 1))
	_nfs_export_block "$nfs_export_id" "$dir/$name" "/$name" "$settings" >>"$dir/exports.conf"
}

_nfs_export_block() { # ID FOLDER PSEUDO SETTINGS
	echo "EXPORT { Export_Id = $1; Path = $2; Pseudo = $3; $4" \
		"Protocols = ${NFS_PROTOCOLS:-4}; FSAL { Name = VFS; } }"
}

# For version 3. In a mount namespace of the test's own: its socket has a fixed place. Prints its process
# id.
start_rpcbind() {
	mount -t tmpfs tmpfs /run && mkdir -p /run/rpcbind || return 1
	rpcbind -f -w >/dev/null 2>&1 </dev/null &
	echo $!
}

# start_nfs_server DIR PORT EXPORT...: exports DIR/EXPORT, with one file in it, as EXPORT ("/export"),
# and what nfs_export named.
# Returns when it answers an NFS client's call (at most 20 s), and prints the server's process id.
start_nfs_server() {
	local dir=$1 port=$2 address=${PEER_ADDRESS:-127.0.0.1} pid end id=0 bind='' name
	shift 2
	# Ganesha finds no address 127.0.0.1 where there is nothing but loopback (AI_ADDRCONFIG of
	# getaddrinfo(3)); there it may as well listen everywhere.
	[ -z "$(ip -4 -o address show scope global)" ] || bind="Bind_addr = $address;"
	mkdir -p "$dir/recovery"
	cat >"$dir/ganesha.conf" <<-CONF
		NFS_CORE_PARAM {
			mount_path_pseudo = true; Protocols = ${NFS_PROTOCOLS:-4}; $bind NFS_Port = $port; MNT_Port = 20048;
			Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false;
		}
		NFSV4 {
			Graceless = true; RecoveryBackend = fs; RecoveryRoot = $dir/recovery;
			Minor_Versions = 0,1,2; Only_Numeric_Owners = true;
		}
		EXPORT_DEFAULTS { SecType = sys; Squash = No_Root_Squash; Transports = TCP; }
		$(cat "$dir/exports.conf" 2>/dev/null)
	CONF
	for name; do
		id=$((id + 1))
		mkdir -p "$dir$name"
		[ -e "$dir$name/disk1.img" ] || truncate -s 16M "$dir$name/disk1.img"
		_nfs_export_block "$id" "$dir$name" "$name" "Access_Type = RW;" >>"$dir/ganesha.conf"
	done
	ganesha.nfsd -F -f "$dir/ganesha.conf" -L "$dir/ganesha.log" -p "$dir/ganesha.pid" \
		>"$dir/ganesha.out" 2>&1 </dev/null &
	pid=$!
	end=$((SECONDS + 20))
	until _nfs_answers "$address" "$port"; do
		if [ $SECONDS -ge $end ] || ! kill -0 "$pid" 2>/dev/null; then
			tail -n 5 "$dir/ganesha.log" 2>/dev/null | sed 's/^/# ganesha: /' >&2
			kill -KILL "$pid" 2>/dev/null
			return 1
		fi
		sleep 0.1
	done
	echo "$pid"
}

# The null call of NFS version 4 (RFC 5531): 44 bytes behind their record mark, and 28 come back.
_nfs_answers() { # ADDRESS PORT
	local reply
	exec {nfs_fd}<>"/dev/tcp/$1/$2" || return 1
	printf '\x80\0\0\x28\0\0\0\x2a\0\0\0\0\0\0\0\2\0\1\x86\xa3\0\0\0\4%b' \
		'\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >&"$nfs_fd"
	reply=$(timeout 2 head -c 28 <&"$nfs_fd" | od -An -tx1 | tr -d ' \n')
	exec {nfs_fd}>&-
	[ "${reply:8:16}" = 0000002a00000001 ]
} 2>/dev/null
