# SPDX-License-Identifier: MIT
# What the scenarios share that boot one node from one medium: a site for it, and what must hold once
# it runs. Source it after scenario.bash.
# shellcheck shell=bash

# medium_site: an appliance, a token and an OEMDRV volume; start_node finds them.
medium_site() {
	must "the appliance starts" start_appliance
	echo "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp --hostname=node1" >"$WORK/pool.ks"
	must "the pool takes its kickstart" roostctl pool set-kickstart default "$WORK/pool.ks"
	must "there is a join token" new_token
	must "there is an OEMDRV volume" site_volume "$WORK/site.img"
	export NODE_VOLUME=$WORK/site.img NODE_TOKEN=$WORK/roost.token
}

# medium_ready SCENARIO SECONDS FIRMWARE: node1 is ready in time, and was started by this firmware.
medium_ready() {
	local began=$SECONDS
	must "the node is ready within $2 s" within "$2" host_is node1 '.state == "ready"'
	echo "# ready after $((SECONDS - began)) s"
	check "its firmware is $3" host_is node1 ".facts.firmware == \"$3\""
	check "what its boot took is recorded" record_boot node1 "$1"
}
