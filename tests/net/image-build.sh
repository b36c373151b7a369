#!/bin/bash
# SPDX-License-Identifier: MIT
# roost-image when things go wrong: one clear line, and nothing left behind. mmdebstrap is a
# stand-in that fills its folder and then fails or hangs; everything around it is real.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/net/tap.bash

fakes=$WORK/fakes
out=$WORK/out
mkdir -p "$fakes"
export MIRROR=file:/nonexistent

# fake COMMANDS: what the stand-in for mmdebstrap does to make the root tree, and the build root beside it. It
# reads a mirror's lists before that.
fake() {
	cat >"$fakes/mmdebstrap" <<-SCRIPT
		#!/bin/bash
		for tree; do [ -d "\$tree" ] && break; done
		case "\$*" in
		*--variant=custom*)
			mkdir -p "\$tree/var/lib/apt/lists"
			echo 'Package: a' >"\$tree/var/lib/apt/lists/x_Packages"
			exit ;;
		esac
		$1
	SCRIPT
	chmod 755 "$fakes/mmdebstrap"
}

# shellcheck disable=SC2120 # the options are for who calls it by hand
build() { # [NAME=VALUE...] [-- OPTIONS...]: status, stderr in $WORK/err
	env PATH="$fakes:$PATH" "$@" roost-image build "${kickstart:-kickstart/node.ks}" --out "$out" \
		>"$WORK/stdout" 2>"$WORK/err"
}

messages() { grep -c '^roost-image: ' "$WORK/err"; }
nothing_left() {
	! ls -d "$out"/cache/*.new "$out"/roost.iso 2>/dev/null &&
		! grep -q "$out" /proc/mounts && ! pgrep -f "$WORK/marker"
}
ends_with() { # STATUS PATTERN: the status, and exactly one message, which fits
	equals "$code" "$1" && equals "$(messages)" 1 &&
		contains "$(grep '^roost-image: ' "$WORK/err")" "$2"
}

fake 'exit 0'
MIRROR=http://127.0.0.1:9 build
code=$?
check "an unreachable mirror: one line" ends_with 111 'lists: the mirror cannot be reached: .*127\.0\.0\.1'
check "and nothing is left" nothing_left

MIRROR=ftp://mirror.example/ build
code=$?
check "a mirror that is none is refused" ends_with 100 'ftp://mirror\.example/: expected a mirror'

mkdir "$WORK/few"
for tool in unshare chroot git; do ln -s "$(command -v $tool)" "$WORK/few/"; done
env PATH="$WORK/few" "$(command -v roost-image)" build kickstart/node.ks --out "$out" 2>"$WORK/err"
code=$?
check "a missing tool is named with its package" ends_with 100 'mmdebstrap: install with: apt install .*mmdebstrap'

mkdir "$WORK/small"
mount -t tmpfs -o size=32m small "$WORK/small"
out=$WORK/small/out
build
code=$?
check "a disk that is too small is said before the work" \
	ends_with 111 'the disk is full: lists needs [0-9]+ MiB, [0-9]+ MiB are free'
check "and nothing is left there" nothing_left
out=$WORK/out

fake 'echo "E: cannot write: No space left on device"; exit 1'
build
code=$?
check "a disk that fills up is called full" ends_with 111 'the disk is full: (rootfs|buildroot) ran out of space'

fake 'mkdir "$tree/half"; : >"$tree/var/cache/apt/archives/x.deb"; echo "E: broken archive"; exit 25'
build
code=$?
check "a failing step: one line with its last words" ends_with 111 '(rootfs|buildroot): mmdebstrap: E: broken archive .log: .*log/(rootfs|buildroot)'
check "and its half-made output is gone" nothing_left
check "but what was downloaded for it" test -e "$out/cache/debs/rootfs/x.deb" -a -e "$out/cache/debs/buildroot/x.deb"

# The build root is of the same lists, and not of the kickstart's packages. When it is there, the tools are next, which
# fail in a root without /proc; so the root tree only waits for that end. (On one processor it is its turn before them.)
with_build_root='case $tree in
		*/buildroot.new/*) mkdir -p "$tree/var/lib/dpkg"; : >"$tree/var/lib/dpkg/status"; exit ;;
	esac
	timeout 20 tail -f /dev/null; exit 25'
project=$WORK/project
mkdir "$project"
ln -s "$PWD"/{Makefile,boot,image,overlay,tools} "$project/"
made() { grep -oE '\] (lists|rootfs|buildroot): done' "$WORK/err" | sort | tr -d ']\n'; }
with_package() { # PACKAGE: builds with one more
	printf '%%include %s\n%%packages\n%s\n%%end\n' "$PWD/kickstart/node.ks" "$1" >"$project/more.ks"
	kickstart=$project/more.ks build
}
fake "$with_build_root"
rm -r "$out/cache"
build
check "the lists and the build root are made" equals "$(made)" ' buildroot: done lists: done'
with_package strace
check "with another package the lists are read anew, and the build root stays" equals "$(made)" ' lists: done'
with_package strace
check "at the next try they are, too: what failed may be older than the mirror" equals "$(made)" ' lists: done'
sed -i 's/Package: a/Package: b/' "$fakes/mmdebstrap"
with_package strace
check "when the mirror has changed, the build root is made anew" equals "$(made)" ' buildroot: done lists: done'
rm -r "$out/cache"

# A process group that ignores signals, below a mount: only the namespaces' end takes it away.
fake 'mkdir "$tree/half"; (trap "" INT TERM HUP; exec -a "'"$WORK/marker"'" tail -f /dev/null) & echo "I: hanging"; wait'
interrupt() { # SIGNAL
	rm -f "$WORK/err"
	build &
	local job=$!
	within 20 grep -q hanging "$WORK/err" || return 1
	within 20 pgrep -f "$WORK/marker" || { echo "the stand-in does not run"; kill -KILL $job; return 1; }
	kill -"$1" "$(pgrep -P $job -x roost-image || echo $job)"
	wait $job
	code=$?
}
for signal in INT TERM; do
	check "SIG$signal ends a build" interrupt $signal
	check "with one line" ends_with "$((128 + $(kill -l $signal)))" 'interrupted'
	check "and leaves no process, no mount, no half-made output" within 5 nothing_left
done
# Nobody is left to clean up then; the processes must go by themselves, the rest at the next build.
check "SIGKILL ends a build" interrupt KILL
check "and leaves no process" within 5 not pgrep -f "$WORK/marker"
fake 'exit 1'
build
check "the next build removes what it left" nothing_left

# Two builds in one folder would take each other's half-made files for their own.
fake 'echo "I: hanging"; tail -f /dev/null'
second() { # the one beside it, with its messages in $WORK/err2
	env PATH="$fakes:$PATH" roost-image build kickstart/node.ks --out "$out" 2>"$WORK/err2"
	echo $? >"$WORK/code2"
}
build &
first=$!
check "a build runs" within 20 grep -q hanging "$WORK/err"
second &
check "a second one in the same folder says for which it waits" \
	within 10 grep -q "waiting for the build that runs there .process $(pgrep -P $first -x roost-image || echo $first)" "$WORK/err2"
check "and does nothing meanwhile" not grep -q hanging "$WORK/err2"
fake 'exit 1'
kill -TERM "$(pgrep -P $first -x roost-image || echo $first)"
wait $first
check "it goes on when the first has ended" within 20 test -s "$WORK/code2"
check "and builds" contains "$(cat "$WORK/err2")" '(rootfs|buildroot): mmdebstrap'
[ "$tap_failed" -eq 0 ]
