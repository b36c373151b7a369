# SPDX-License-Identifier: MIT
# Real guests, small enough to run in a node that is itself emulated: guest-writer.S, guest-counter.S. Source it.
# shellcheck shell=bash

# make_guest_disk IMAGE [deaf]: 4 MiB; the guest writes to it until the power button, or for ever.
make_guest_disk() { _guest_assemble guest-writer.S "$1" ${2:+-DDEAF} && truncate -s 4M "$1"; }

# make_counting_disk IMAGE: a guest that counts on its console and in the disk's second sector. What else is in the
# image stays.
make_counting_disk() {
	_guest_assemble guest-counter.S "$1.boot" && dd if="$1.boot" of="$1" conv=notrunc status=none && rm "$1.boot" &&
		truncate -s '>4M' "$1"
}
# guest_counts LINES SECONDS COMMAND: what comes on the console that virsh's COMMAND shows, until it has counted that often;
# the last number is in $count.
guest_counts() { _on_console "$2" "$3" _read_counts "$1"; }
# guest_says PATTERN SECONDS COMMAND: a line like this comes on that console.
guest_says() { _on_console "$2" "$3" grep -aE -m 1 -- "$1"; }
# virsh wants a terminal, which script makes.
_on_console() { # SECONDS COMMAND READER...
	local fd pid status
	exec {fd}< <(exec timeout "$1" script -qfc "$2" /dev/null 2>/dev/null <> <(:))
	pid=$!
	"${@:3}" <&"$fd"
	status=$?
	kill "$pid"
	exec {fd}<&-
	return "$status"
}
_read_counts() { # LINES
	local line left=$1
	count=
	while [ "$left" -gt 0 ] && IFS= read -r line; do
		[[ $line =~ ^count\ 0*([0-9]+) ]] && count=${BASH_REMATCH[1]} && left=$((left - 1))
		echo "${line%$'\r'}"
	done
	[ "$left" -eq 0 ]
}
disk_count() { dd if="$1" bs=512 skip=1 count=1 status=none | sed -n 's/^count 0*\([0-9]\{1,5\}\).*/\1/p;q' | tr -d '\r\0'; } # IMAGE

_guest_assemble() { # SOURCE BINARY [GCC OPTION]
	gcc -m32 "${@:3}" -c -o "$2.o" "tests/peers/$1" && objcopy -O binary -j .text "$2.o" "$2" && rm -f "$2.o"
}

# guest_xml NAME DISK: for virsh create.
guest_xml() {
	cat <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>32</memory>
		  <vcpu>1</vcpu>
		  <os><type arch='x86_64' machine='pc'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw' cache='none'/>
		      <source file='$2'/>
		      <target dev='hda' bus='ide'/>
		    </disk>
		    <controller type='usb' model='none'/>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	XML
}

# kvm_guest_xml NAME DISK-XML [CPU-FILE [DEVICES-XML]]: on br0, with a serial console; for virsh define.
kvm_guest_xml() {
	cat <<-XML
		<domain type='kvm'>
		  <name>$1</name>
		  <memory unit='MiB'>32</memory>
		  <vcpu>1</vcpu>
		  <os><type arch='x86_64' machine='pc'>hvm</type></os>
		  <features><acpi/></features>
		  $([ -z "${3:-}" ] || cat "$3")
		  <devices>
		    $2
		    <interface type='bridge'>
		      <source bridge='br0'/>
		      <model type='virtio'/>
		      <rom enabled='no'/>
		    </interface>
		    <serial type='pty'/>
		    <console type='pty'/>
		    <controller type='usb' model='none'/>
		    <memballoon model='none'/>
		    ${4:-}
		  </devices>
		</domain>
	XML
}
