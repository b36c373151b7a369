# SPDX-License-Identifier: MIT
# Firmware's storage for what a kernel says when it panics (ACPI ERST), as QEMU's acpi-erst keeps it in a file: a header
# with the number of records and their ids, then the records, 8 KiB each (hw/acpi/erst.c). A record is a CPER (UEFI 2.10,
# appendix N) that the kernel's pstore has made (drivers/acpi/apei/erst.c).
# shellcheck shell=bash

erst_size=65536
erst_record=8192

# little BYTES NUMBER...: each as so many bytes, the lowest first
little() {
	local bytes=$1 number i
	shift
	for number in "$@"; do
		for ((i = 0; i < bytes; i++)); do printf '%b' "\\x$(printf %x $((number >> 8 * i & 255)))"; done
	done
}
zeroes() { head -c "$1" /dev/zero; } # BYTES
# guid TEXT: its first three parts are numbers, the rest bytes
guid() {
	local parts
	IFS=- read -r -a parts <<<"$1"
	little 4 $((16#${parts[0]})) && little 2 $((16#${parts[1]})) $((16#${parts[2]})) &&
		printf '%b' "$(sed 's/../\\x&/g' <<<"${parts[3]}${parts[4]}")"
}

# erst_with_crash FILE TEXT TIME: storage with one record, of a kernel that said TEXT at TIME (seconds).
erst_with_crash() {
	local file=$1 text=$2 time=$3 id=$(($3 << 32))
	{
		printf ERSTSTOR
		little 4 $erst_record $erst_record && little 2 256 0 && little 4 1
		little 8 0 $id # there is no record where the header is
		zeroes $((erst_record - 40))
		printf CPER
		little 2 256 && little 4 $((16#ffffffff)) && little 2 1 && little 4 1 2 $((200 + ${#text})) && little 8 "$time"
		zeroes 32
		guid 75a574e3-5052-4b29-8a8e-be2c6490b89d # pstore
		zeroes 16
		little 8 $id && zeroes 24
		little 4 200 ${#text} && little 2 256 0 && little 4 0
		guid c197e04e-d545-4a70-9c17-a5549419eb12 # what dmesg would show
		zeroes 40
		printf %s "$text"
	} >"$file"
	truncate -s $erst_size "$file"
}

# erst_records FILE: how many there are
erst_records() { od -An -t u4 -j 20 -N 4 "$1" | tr -d ' '; }
