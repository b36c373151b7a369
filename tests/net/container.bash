# SPDX-License-Identifier: MIT
# The image's own tree as a container: the image's systemd and programs on this machine's kernel, in half a second,
# for what its kernel has (nftables, bridges). Source it after uml.bash, whose uml_root makes the tree.
# shellcheck shell=bash

# Prints what is missing; nothing when a container can run.
container_missing() {
	is_real_root || { echo "root, to mount the image's layers"; return; }
	command -v systemd-nspawn >/dev/null || { echo "the package systemd-container"; return; }
	unshare --net nft add table inet roost 2>/dev/null || { echo "nftables in this machine's kernel"; return; }
	has_image || echo "a built image"
}

container_or_skip() { skip_if_missing "$1 in a container" "$(container_missing)"; } # WHAT

# container_run SECONDS HOLDER: in the network namespace of namespace_start's HOLDER, until it powers off. Its console is $WORK/console.
container_run() {
	timeout "$1" systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --link-journal=no \
		--network-namespace-path="/proc/$2/ns/net" --capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN --console=pipe \
		--boot </dev/null >"$WORK/console" 2>&1
}
