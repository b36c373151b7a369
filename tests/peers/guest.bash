# SPDX-License-Identifier: MIT
# A real guest, small enough to run in a node that is itself emulated: tests/peers/guest-writer.S. Source it.
# shellcheck shell=bash

# make_guest_disk IMAGE [deaf]: 4 MiB; the guest writes to it until the power button, or for ever.
make_guest_disk() {
	local object=$1.o deaf=()
	[ -z "${2:-}" ] || deaf=(-DDEAF)
	gcc -m32 "${deaf[@]}" -c -o "$object" tests/peers/guest-writer.S &&
		objcopy -O binary -j .text "$object" "$1" && rm -f "$object" && truncate -s 4M "$1"
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
