#!/bin/sh
# SPDX-License-Identifier: MIT
# dracut's pre-udev hook, sourced by its /init: roost-root loads the drivers, finds the medium and
# stacks the layers, and the host goes on from there. udev need not start here only to start again
# a moment later: that, and the steps between, are left out. With rd.break, or when roost-root
# failed and rd.shell asks for a shell, dracut's own way continues.

# The path of switch_root is util-linux's: the shell would take busybox's own for the bare name, and
# that one leaves /run behind.

# shellcheck disable=SC2154 # dracut sets NEWROOT and root
if [ "$root" = roost ] && roost-root "$NEWROOT" && ! getarg rd.break > /dev/null; then
	exec /usr/sbin/switch_root "$NEWROOT" /sbin/init
fi
