#!/bin/bash
# SPDX-License-Identifier: MIT
# dracut module: what a boot over HTTP needs beyond 90roost. It is in net.img alone, the second
# initramfs, so that a boot from CD or USB does not load it (image/stage_netboot.c).

check() { return 255; } # only when asked for: --add

depends() { echo roost; }

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

# Their libraries come with dracut's own pass over all programs.
install() {
	local program

	for program in roost-fetch roost-lease; do
		inst_simple "/build/tools/$program" "/usr/bin/$program"
	done
}
