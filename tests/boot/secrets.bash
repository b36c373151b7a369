# SPDX-License-Identifier: MIT
# No secret of a host's is where others than root read it. Source it after scenario.bash.
# shellcheck shell=bash

# check_secrets NODE FOLDER SECRET...: after a boot with NODE_SHELL; FOLDER is where one of them belongs, and is found.
check_secrets() {
	local node=$1 secret find="grep -as"
	for secret in "${@:3}"; do find+=" -e [${secret:0:1}]${secret:1:19}"; done # so that it does not find itself; half of one is a leak, too
	check "a secret is found where it belongs" contains "$(node_run "$node" "$find -rl $2")" '^/'
	check "none is in the journal" equals "$(node_run "$node" "journalctl -b --no-pager -a | grep -v COMMAND | $find -c" | tr -dc '0-9')" 0
	check "no process shows one in its arguments" equals "$(node_run "$node" "$find -l /proc/[0-9]*/cmdline" | tr -d '[:space:]')" ""
	check "no file that everybody may read has one" equals \
		"$(node_run "$node" "find /etc /run /var /tmp -xdev -type f -perm -004 -exec $find -l {} +" | tr -d '[:space:]')" ""
}
