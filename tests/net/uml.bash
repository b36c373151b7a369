# SPDX-License-Identifier: MIT
# The image's own tree under user-mode-linux: real kernel devices and the image's systemd in seconds,
# for tests that the build machine's kernel has no modules for. Source it after tap.bash.
# shellcheck shell=bash

# image_layers: the built image's layers as its manifest has them, the lowest first.
image_layers() {
	jq -r '.layers[].name' "$OUT/roost.manifest.json" 2>/dev/null | while read -r name; do
		echo "$OUT/cache/layer-${name%.squashfs}/$name"
	done
}

has_image() { image_layers | grep -q . && image_layers | xargs ls >/dev/null 2>&1; }

# mount_image: the layers at $WORK/root, with a tmpfs on top.
mount_image() {
	local layer where lower=
	mkdir -p "$WORK/top" "$WORK/root"
	for layer in $(image_layers); do
		where=$WORK/layers/$(basename "$layer")
		mkdir -p "$where" && mount -o loop,ro "$layer" "$where" || return
		lower=$where${lower:+:$lower}
	done
	mount -t tmpfs tmpfs "$WORK/top" && mkdir "$WORK/top/upper" "$WORK/top/work" &&
		mount -t overlay overlay -o "lowerdir=$lower,upperdir=$WORK/top/upper,workdir=$WORK/top/work" "$WORK/root"
}

# Prints what is missing; nothing when the guest can run.
uml_missing() {
	is_real_root || { echo "root, to mount the image's layers"; return; }
	[ -w /dev/net/tun ] || { echo "/dev/net/tun"; return; }
	command -v linux.uml >/dev/null || { echo "the package user-mode-linux"; return; }
	has_image || echo "a built image"
}

# uml_or_skip WHAT: ends the test as skipped when the guest cannot run.
uml_or_skip() { skip_if_missing "$1 in user-mode-linux" "$(uml_missing)"; }

# Masked in all guests: they set up their network themselves, and there is no server of the time.
uml_masked=(roost-network.service roost-network.path roost-network-watch.service systemd-timesyncd.service)
# In those whose address the guest's script sets.
# shellcheck disable=SC2034 # for those that source this
uml_networkd=(systemd-networkd.service systemd-networkd.socket)

# uml_root GUEST-SCRIPT UNIT...: the image's tree at $root, with user-mode-linux's modules; the units are
# masked, too, and the script runs as a unit of its own, /test/run, when the rest is up. $UML_PROGRAMS (paths)
# stand in for the image's programs, to try a change without building the image.
uml_root() {
	local script=$1 unit program
	shift
	mount_image || return 1
	root=$WORK/root
	cp -a /usr/lib/uml/modules/* "$root/usr/lib/modules/"
	mkdir "$root/test"
	install "$script" "$root/test/run"
	cp tests/net/uml-guest "$root/test/lib"
	for program in ${UML_PROGRAMS:-}; do
		install "$program" "$root/usr/bin/"
	done
	for unit in "${uml_masked[@]}" "$@"; do
		ln -sfn /dev/null "$root/etc/systemd/system/$unit"
	done
	rm -f "$root"/usr/lib/systemd/system/*.wants/roost-console*
	cat >"$root/etc/systemd/system/test.service" <<-UNIT
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/bin/sh /test/run
		TimeoutStartSec=infinity
	UNIT
	ln -s ../test.service "$root/etc/systemd/system/multi-user.target.wants/test.service"
}

# The CPUs that this process may use, in any order.
uml_cpus() {
	local range
	for range in $(sed -n 's/^Cpus_allowed_list://p' /proc/self/status | tr , ' '); do
		seq "${range%-*}" "${range#*-}"
	done | shuf
}

# uml_take_cpu: sets $cpu to one that no other test's guest has, until this test ends; else to any.
uml_take_cpu() {
	for cpu in $(uml_cpus); do
		exec {cpu_lock}>"$OUT/tests/uml-cpu-$cpu.lock"
		flock --nonblock "$cpu_lock" && return
	done
}

# uml_run SECONDS [OPTION...]: until the guest powers off. Its console is $WORK/console. The guest has one
# CPU, and its kernel and programs are processes that take turns at each system call: spread over several
# CPUs they wait for each other, and everything takes three times as long.
uml_run() {
	local limit=$1 cpu
	shift
	# its kernel has no tables for nft; container.bash is for what needs them
	printf '#!/bin/sh\n' >"$root/usr/sbin/nft"
	uml_take_cpu
	timeout "$limit" taskset -c "$cpu" linux.uml mem=512M root=/dev/root rootfstype=hostfs "rootflags=$root" rw \
		init=/lib/systemd/systemd con=null con0=null,fd:1 quiet systemd.show_status=1 umid="uml$$" \
		"uml_dir=$WORK/" "$@" </dev/null >"$WORK/console" 2>&1 || { tail -n 20 "$WORK/console"; return 1; }
}

# uml_results: the guest's checks as ours; a guest that did not write "end" has not run all of them.
uml_results() {
	local result text
	if ! grep -q '^end$' "$root/test/results" 2>/dev/null; then
		check "all of the guest's checks ran" false
		tail -n 30 "$WORK/console" | sed 's/^/# /'
	fi
	# RESULT TEXT, a line a check of the guest's
	while read -r result text; do
		case $result in
		pass) check "$text" true ;;
		fail) check "$text" false ;;
		note) echo "# $text" ;;
		esac
	done <"$root/test/results"
	[ "$tap_failed" -eq 0 ] || tail -n 100 "$root/test/log" | sed 's/^/# /'
}
