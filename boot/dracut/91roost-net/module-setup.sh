#!/bin/bash
# SPDX-License-Identifier: MIT
# dracut module: what a boot over HTTP needs beyond 90roost: drivers and libraries. It is packed by
# itself, as the image's lowest layer (image/stage_layer_net.c), so that the image has it once.

check() { return 255; } # only when asked for: --modules

depends() { return 0; }

# Wired NICs of servers and virtual machines, and VLANs, which firmware can boot over.
installkernel() {
	hostonly='' instmods \
		8021q \
		virtio_net vmxnet3 hv_netvsc ena gve \
		e1000 e1000e igb igc ixgbe i40e ice igbvf ixgbevf iavf \
		bnx2 bnx2x bnxt_en tg3 \
		mlx4_en mlx5_core \
		r8169 8139cp 8139too \
		be2net qede cxgb4 enic sfc \
		atlantic amd-xgbe pcnet32 forcedeth
}

# What roost-fetch and roost-lease are linked with; they are in the tools layer. dracut looks for the
# libraries of programs only, so those of libraries are asked for here.
install() {
	local folder=/usr/lib/x86_64-linux-gnu path
	local libraries=("$folder/libcurl.so.4" "$folder/libcrypto.so.3" "$folder/libjansson.so.4")

	inst_multiple "${libraries[@]}"
	# NAME => PATH (ADDRESS)
	while read -r _ _ path _; do
		[[ $path != /* ]] || inst_multiple "$path"
	done < <(ldd "${libraries[@]}" | sort -u)
}
