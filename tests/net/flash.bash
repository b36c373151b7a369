# SPDX-License-Identifier: MIT
# What the tests of roost-flash share: an image like roost-image's, but small. Source it.
# shellcheck shell=bash

flash_tree() { # FOLDER MIB: what is on the image
	mkdir -p "$1/roost" "$1/isolinux" &&
		cp /usr/lib/ISOLINUX/isolinux.bin "$1/isolinux/" &&
		head -c "$2M" /dev/urandom >"$1/roost/packages.squashfs" &&
		cat >"$1/roost/manifest.json" <<-END
			{"version": "0.3", "ram_mib": 512, "layers": [{"name": "packages.squashfs", "size_bytes": $(($2 * 1048576)),
			 "sha256": "$(sha256sum "$1/roost/packages.squashfs" | cut -c -64)"}]}
		END
}

flash_iso() { # ISO TREE [XORRISO OPTION...]
	local iso=$1 tree=$2
	shift 2
	xorriso -as mkisofs -quiet -V ROOST -R -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
		-boot-load-size 4 -boot-info-table "$@" -o "$iso" "$tree" 2>/dev/null
}

# flash_image ISO MIB: a disk as well, with an EFI partition behind it as roost-image appends one.
flash_image() {
	local work
	work=$(mktemp -d) || return 1
	flash_tree "$work/tree" "$2" && truncate -s 1M "$work/efi.img" &&
		flash_iso "$1" "$work/tree" -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin \
			-append_partition 2 0xef "$work/efi.img" &&
		(cd "$(dirname "$1")" && sha256sum "$(basename "$1")" >"$(basename "$1").sha256")
	rm -rf "$work"
	test -s "$1.sha256"
}

# flash_site FOLDER: a kickstart, a token
flash_site() {
	cat >"$1/ks.cfg" <<-'END'
		network --device=br0 --bridgeslaves=bootif --bootproto=dhcp
		appliance --server=appliance.example.net:8443
	END
	(umask 077 && echo 0badcafe.secretsecretsecret >"$1/token")
}
