# SPDX-License-Identifier: MIT
# What the boot scenarios and the demo share: an appliance, and nodes under QEMU that reach this
# machine's loopback at 10.0.2.2. Source it; give WORK (a scratch folder), OUT, and PATH.
# shellcheck shell=bash

ROOST_ISO=${ROOST_ISO:-$OUT/roost.iso}
APPLIANCE_PORT=${APPLIANCE_PORT:-8443}
ADMIN_PORT=${ADMIN_PORT:-8444}
GATEWAY=10.0.2.2 # this machine's loopback, as the guest sees it (QEMU's user networking)
export ROOST_STATE=$WORK/appliance

declare -A PIDS=() BEGAN=()

# stop NAME [SIGNAL]: ends a process that this script started, and waits for it.
stop() {
	local pid=${PIDS[$1]:-}
	[ -n "$pid" ] || return 0
	kill "-${2:-TERM}" "$pid" 2>/dev/null
	# Not wait: some were started by a subshell.
	timeout 20 tail --pid="$pid" -f /dev/null
	unset "PIDS[$1]"
}

stop_all() {
	local name
	for name in "${!PIDS[@]}"; do
		case $name in
		tgtd*) stop "$name" KILL ;; # it ignores TERM
		*) stop "$name" ;;
		esac
	done
}

# peer NAME FUNCTION ARGUMENT...: starts a server whose function prints its process id (tests/peers).
peer() {
	local name=$1
	shift
	PIDS[$name]=$("$@") || { unset "PIDS[$name]"; return 1; }
}

# ---- The appliance -------------------------------------------------------------------------------

# start_appliance [OPTION...]: in the background, ready when it returns. Keeps its state over restarts.
start_appliance() {
	roost-appliance --state "$ROOST_STATE" --listen "127.0.0.1:$APPLIANCE_PORT" \
		--admin "127.0.0.1:$ADMIN_PORT" --name "$GATEWAY" "$@" >>"$WORK/appliance.log" 2>&1 &
	PIDS[appliance]=$!
	ROOST_ADMIN=https://127.0.0.1:$ADMIN_PORT
	export ROOST_ADMIN
	within 20 roostctl hosts
}

fingerprint() { roost-appliance --print-fingerprint --state "$ROOST_STATE"; }

# new_token: a join token for the default pool, in $WORK/roost.token (the name that the OEMDRV volume wants)
new_token() {
	roostctl token create --pool default "$@" --json | jq -r .token >"$WORK/roost.token"
	chmod 600 "$WORK/roost.token"
}

# ---- Nodes ---------------------------------------------------------------------------------------

kvm_or_tcg() { roost-testnode --medium net --nic none --dry-run | sed -n 's/.*-accel \([a-z]*\).*/\1/p'; }

# oemdrv IMAGE FILE...: a volume labelled OEMDRV with these files.
oemdrv() {
	local image=$1
	shift
	truncate -s 4M "$image"
	mkfs.vfat -n OEMDRV "$image" >/dev/null
	mcopy -i "$image" "$@" ::/
}

# site_volume IMAGE [FILE...]: an OEMDRV volume whose ks.cfg names this appliance.
site_volume() {
	local image=$1
	shift
	echo "appliance --server=$GATEWAY:$APPLIANCE_PORT --fingerprint=$(fingerprint)" >"$WORK/ks.cfg"
	oemdrv "$image" "$WORK/ks.cfg" "$@"
}

# node_files: kernel and initramfs out of the ISO, for scenarios with a command line of their own.
node_files() {
	[ -f "$WORK/vmlinuz" ] || xorriso -osirrox on -indev "$ROOST_ISO" -extract /boot/vmlinuz "$WORK/vmlinuz" \
		-extract /boot/initrd.img "$WORK/initrd.img" >/dev/null 2>&1
}

# net_image: their second initramfs, for network boots.
net_image() {
	[ -f "$WORK/net.img" ] && return
	roost-pxe --image "$ROOST_ISO" "$WORK/net-image" >/dev/null && mv "$WORK/net-image/roost/net.img" "$WORK/"
	rm -rf "$WORK/net-image"
}

# iso_offset PATH: where a file begins on the ISO, in bytes (xorriso(1), report_lba: in sectors of 2048).
iso_offset() {
	xorriso -indev "$ROOST_ISO" -find "$1" -exec report_lba 2>/dev/null | awk -F, '/^File data lba:/ { print $2 * 2048 }'
}

# layer_files FOLDER: manifest.json and the layers, as they are on the ISO, into FOLDER/roost.
layer_files() {
	mkdir -p "$1"
	xorriso -osirrox on -indev "$ROOST_ISO" -extract /roost "$1/roost" >/dev/null 2>&1
	chmod -R u+w "$1/roost"
}

manifest_digest() { sha256sum "$1/roost/manifest.json" | cut -d ' ' -f 1; } # FOLDER

# start_diskless_node NAME INITRAMFS...: a node without any medium, whose boot loader loads these files of
# $WORK one after the other. Variables as for start_node, NODE_APPEND first of all.
start_diskless_node() {
	local name=$1
	shift
	node_files
	[[ $* != *net.img* ]] || net_image
	(cd "$WORK" && cat "$@") >"$WORK/$name.initrd"
	truncate -s 1M "$WORK/empty.img"
	NODE_IMAGE=$WORK/empty.img NODE_INITRD=$WORK/$name.initrd start_node "$name"
}

# unit_dropin UNIT TEXT: for start_node, which has the array qemu: a drop-in as a credential
unit_dropin() {
	qemu+=(-smbios "type=11,value=io.systemd.credential.binary:systemd.unit-dropin.$1=$(printf "$2" | base64 -w 0)")
}

# start_node NAME [QEMU OPTION...]: boots a node (roost-testnode). Its console goes to
# $WORK/NAME.console. Variables:
#   NODE_MEDIUM (cd, usb, net, http; kernel when NODE_APPEND is given), NODE_FIRMWARE (bios, uefi,
#   secure-boot), NODE_IMAGE (the ISO), NODE_UUID, NODE_MEMORY (MiB), NODE_VOLUME (an OEMDRV image),
#   NODE_TOKEN (a file, given as a credential), NODE_APPEND (kernel command line beside the menu's
#   own), NODE_INITRD (the initramfs beside NODE_APPEND, by default the ISO's), NODE_NICS (what --nic
#   takes, separated by spaces), NODE_NIC (a -netdev of QEMU instead),
#   NODE_MAC (of the first NIC), NODE_SERIAL (none: no serial port at all, so no NODE_SHELL), NODE_SHELL=1 (a
#   root shell on the second serial line, for node_run)
start_node() {
	local name=$1 append=${NODE_APPEND:-} medium=${NODE_MEDIUM:-cd} nic mac=${NODE_MAC:-52:54:00:12:34:56}
	shift
	local qemu=(-no-reboot -monitor "unix:$WORK/$name.monitor,server,nowait" "$@")
	local args=(
		--name "$name" --uuid "${NODE_UUID:-8f3d2c1b-0a9e-4d7c-b6a5-948372615f40}"
		--memory "${NODE_MEMORY:-1536}" --firmware "${NODE_FIRMWARE:-bios}"
		--image "${NODE_IMAGE:-$ROOST_ISO}" --serial "${NODE_SERIAL:-$WORK/$name.console}" --state "$WORK"
	)
	for nic in ${NODE_NICS:-"user,mac=$mac"}; do
		[ -n "${NODE_NIC:-}" ] || args+=(--nic "$nic")
	done
	if [ -n "${NODE_NIC:-}" ]; then
		args+=(--nic none)
		qemu+=(-netdev "$NODE_NIC" -device "virtio-net-pci,netdev=uplink,mac=$mac")
	fi
	[ -z "${NODE_VOLUME:-}" ] || args+=(--disk "$NODE_VOLUME")
	[ -z "${NODE_TOKEN:-}" ] || args+=(--token "$NODE_TOKEN")
	if [ -n "${NODE_SHELL:-}" ]; then
		qemu+=(-serial "unix:$WORK/$name.shell,server,nowait")
		# What systemd.debug_shell=ttyS1 does, also for a node that boots by its own menu
		# (systemd-debug-generator(8)).
		unit_dropin debug-shell.service '[Service]\nTTYPath=/dev/ttyS1\n'
		unit_dropin multi-user.target '[Unit]\nWants=debug-shell.service\n'
	fi
	if [ -n "$append" ]; then
		node_files
		medium=kernel
		args+=(--kernel "$WORK/vmlinuz" --initrd "${NODE_INITRD:-$WORK/initrd.img}" --append "$(menu_append) $append")
	fi
	: >"$WORK/$name.console"
	BEGAN[$name]=$(date +%s)
	roost-testnode --medium "$medium" "${args[@]}" -- "${qemu[@]}" >"$WORK/$name.qemu" 2>&1 &
	PIDS[$name]=$!
}

# The command line of the ISO's first menu entry.
menu_append() {
	xorriso -osirrox on -indev "$ROOST_ISO" -extract /isolinux/isolinux.cfg "$WORK/isolinux.cfg" >/dev/null 2>&1
	sed -n 's/^[[:space:]]*append  *//Ip' "$WORK/isolinux.cfg" | head -n 1 | sed 's/initrd=[^ ]* *//'
}

# console_has NAME PATTERN
console_has() { grep -qE -a -- "$2" "$WORK/$1.console"; }

# node_run NAME COMMAND: runs it in the node's debug shell and prints what it prints; returns its
# exit status, or 124 after 30 s. QEMU hangs up when its peer stops sending, so the pipe stays open.
node_run() {
	local name=$1 line deadline=$((SECONDS + 30)) status=124 has_begun= shell_pid
	shift
	coproc NODE_SHELL_IO { exec socat - "UNIX-CONNECT:$WORK/$name.shell" 2>/dev/null; }
	shell_pid=$!
	# The shell echoes the line, so the marks are written in two halves there.
	printf '\necho "::be""gin"; { %s; } 2>&1; echo "::e""nd:$?"\n' "$*" >&"${NODE_SHELL_IO[1]}"
	while [ $SECONDS -lt $deadline ]; do
		IFS= read -r -t $((deadline - SECONDS)) -u "${NODE_SHELL_IO[0]}" line || break
		# The shell edits its line with cursor movements, which may precede what a command prints.
		line=$(sed -e 's/\x1b\[[0-9;]*[A-Za-z]//g' -e 's/[~\r]*$//' -e 's/^~*::/::/' <<<"$line")
		case $line in
		*::end:[0-9]*) status=${line##*::end:}; break ;;
		*::begin) has_begun=1 ;;
		*) [ -z "$has_begun" ] || printf '%s\n' "$line" ;;
		esac
	done
	kill "$shell_pid" 2>/dev/null
	wait "$shell_pid" 2>/dev/null
	return "$status"
}

# monitor NAME COMMAND: of QEMU's monitor (qemu-system(7)); prints its answer, for which the connection
# has to stay open.
monitor() {
	{ echo "$2"; read -r -t 1 <> <(:); } | socat - "UNIX-CONNECT:$WORK/$1.monitor" | tr -d '\r'
}

power_off() { monitor "$1" system_powerdown >/dev/null; } # NAME: the power button; the node shuts down by itself

# plug_in NAME DRIVE: as a stick on the node's controller "ports"
plug_in() {
	not contains "$(monitor "$1" "device_add usb-storage,drive=$2,id=$2,bus=ports.0")" Error
}

# screen_text NAME: what a BIOS node shows on its screen, and some of what it showed before. The text is
# in VGA's memory, each character with its colour behind it, in lines of 80 (for UEFI it is pixels).
screen_text() {
	monitor "$1" "pmemsave 0xb8000 0x8000 \"$WORK/$1.vga\"" >/dev/null
	LC_ALL=C tr -c '[:print:]' ' ' <"$WORK/$1.vga" | fold -b -w 160 | sed 's/\(.\)./\1/g; s/ *$//' | grep .
}

# screen_has NAME PATTERN
screen_has() { contains "$(screen_text "$1")" "$2"; }

# has_ended NAME
has_ended() { ! kill -0 "${PIDS[$1]}" 2>/dev/null; }

# host_field NAME JQ-EXPRESSION: of what the appliance knows about a host
host_field() { roostctl host show "$1" --json | jq -r "$2"; }
# host_is NAME JQ-EXPRESSION: true when the expression is
host_is() {
	local host
	# Not a pipe: jq 1.6 succeeds on no input at all.
	host=$(roostctl host show "$1" --json) && jq -e "$2" <<<"$host" >/dev/null && return
	jq -c '{state, address, reasons: .heartbeat.reasons}' <<<"${host:-null}"
	return 1
}

# loaded_bytes NAME: what came from its medium, the image or the network.
loaded_bytes() {
	if ip link show tap0 >/dev/null 2>&1; then
		bytes_to_tap tap0
	else
		monitor "$1" "info blockstats" | sed -n 's/.*medium.*: rd_bytes=\([0-9]*\).*/\1/p' | tail -n 1
	fi
}

# record_boot NAME SCENARIO: what the appliance knows of the host and what its boot took, for tests/bench.
record_boot() {
	roostctl host show "$1" --json >"$WORK/$1.json" || return
	jq --argjson began "${BEGAN[$1]}" --argjson bytes "$(loaded_bytes "$1")" '. + { measured: {
		loaded_bytes: $bytes,
		power_to_registered_s: (.registered_at - $began),
		kernel_to_registered_s: (first(.heartbeat.timeline[] | select(.event == "registered")).t_ms / 1000)
	} }' "$WORK/$1.json" >"$OUT/tests/boot-$2.json"
}

# What a failed scenario shows: how each node's console ended (its screen, when it has no serial port:
# tests/boot/run looks for a panic there), and the appliance.
show_logs() {
	local name log
	for name in "${!BEGAN[@]}"; do
		log=$WORK/$name.console
		[ -s "$log" ] || screen_text "$name" >"$log" 2>/dev/null
		echo "# ---- end of $(basename "$log")"
		tr -d '\r' <"$log" | tr -c '[:print:]\n\t' '?' | tail -n 60 | sed 's/^/# /'
	done
	[ ! -s "$WORK/appliance.log" ] || tail -n 15 "$WORK/appliance.log" | sed 's/^/# appliance: /'
}
