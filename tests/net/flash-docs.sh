#!/bin/bash
# SPDX-License-Identifier: MIT
# docs/flash.md: its examples run as they are written there, and its table of options is that of --help.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash
# shellcheck source=tests/net/flash.bash
. tests/net/flash.bash
page=$PWD/docs/flash.md

check "there is an image" flash_image "$WORK/roost.iso" 8
(umask 077 && echo 0badcafe.secret >"$WORK/roost.token")
{
	echo 'set -euo pipefail'
	sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$page"
} >"$WORK/example"
check "there are examples" test "$(grep -c '^roost-flash' "$WORK/example")" -ge 5
run_example() { (cd "$WORK" && bash -x ./example </dev/null); }
check "the examples run" run_example
check "they made a stick for the site" contains "$(sfdisk -d "$WORK/stick.img")" 'stick.img3 .*type=c'
check "and nothing that was only to be looked at" test ! -e "$WORK/another.img"

of_page() { sed -n 's/`//g; s/^| \(-.*\) | \(.*\) |$/\1 \2/p' "$page" | sort; }
of_help() {
	ARGP_HELP_FMT=rmargin=300 roost-flash --help | grep -vE -e '--(help|usage|version)' |
		sed -n 's/^ *\(-[^ ]*\(, -[^ ]*\)*\)  */\1 /p' | sort
}
check "the page's options are those of --help" equals "$(of_page)" "$(of_help)"
codes() { sed -n 's/^| \([0-9][0-9, ]*\) |.*/\1/p' "$page" | tr -d ' ' | tr ',\n' '  '; }
check "the page's exit codes" equals "$(codes)" '0 100 111 130 143 '
[ "$tap_failed" -eq 0 ]
