# SPDX-License-Identifier: MIT
# For the cases of roost health: a libvirt that answers, and a clock that a server has just set.

# The clock was set MINUTES ago.
clock_set() { mkdir -p run/systemd/timesync; touch -d "$1 minutes ago" run/systemd/timesync/synchronized; }

# Answers the question of libvirt_probe.c once.
answer_as_libvirt() {
	mkdir -p run/libvirt
	printf '\0\0\0\x1c\x20\0\x80\x86\0\0\0\1\0\0\0\x42\0\0\0\1\0\0\0\1\0\0\0\0' >reply
	socat UNIX-LISTEN:run/libvirt/libvirt-sock "SYSTEM:head -c 28 >/dev/null; cat reply" 2>/dev/null &
	libvirt=$!
	# shellcheck source=tests/net/tap.bash
	. "$SOURCE/tests/net/tap.bash"
	within 10 test -S run/libvirt/libvirt-sock || echo "no libvirt"
}

checked() {
	roost health "$@" --root "$ROOT"; echo "exit status $?"
	[ -z "${libvirt:-}" ] || { kill "$libvirt" 2>/dev/null; wait "$libvirt"; }
	rm -rf reply run/libvirt run/systemd/timesync
}
