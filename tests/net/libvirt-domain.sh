#!/bin/bash
# SPDX-License-Identifier: MIT
# What roost-testnode --xml prints is a domain by libvirt's own schema: each one of the golden tests,
# and one that is broken on purpose, so that the judge is known to judge.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/net/tap.bash
. tests/net/tap.bash

validates() { virt-xml-validate "$1" domain; }

for expected in $(grep -l "^<domain" tests/golden/testnode/*/expected/stdout); do
	name=$(basename "$(dirname "$(dirname "$expected")")")
	sed "s|\$ROOT|$WORK|g" "$expected" >"$WORK/$name.xml"
	# Cases that print parts only are not for a validator.
	grep -q '^</domain>' "$expected" && check "libvirt takes the domain of testnode/$name" validates "$WORK/$name.xml"
done
sed '/<vcpu>/s/2/two/' "$WORK/xml.xml" >"$WORK/broken.xml"
check "it does not take a broken one" not validates "$WORK/broken.xml"
echo "1..$tap_count"
exit $((tap_failed > 0))
