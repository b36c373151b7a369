#!/bin/bash
# SPDX-License-Identifier: MIT
# Budgets of roost-fetch: the image's real layers over loopback from the appliance into a tmpfs, by HTTP
# and by HTTPS: seconds, and the memory that it takes besides. In a network namespace of its own.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "${WORK:-}" ] || NET_BUILD=host exec tests/net/run "$0"
# shellcheck source=tests/net/appliance.bash
. tests/net/appliance.bash
# shellcheck source=tests/net/fetch.bash
. tests/net/fetch.bash
# shellcheck source=tests/bench/budget.bash
. tests/bench/budget.bash

image=$WORK/image
mkdir -p "$WORK/tmpfs"
mount -t tmpfs none "$WORK/tmpfs"
xorriso -osirrox on -indev "$OUT/roost.iso" -extract /roost "$image" >/dev/null 2>&1
write_manifest packages.squashfs tools.squashfs
check "the appliance starts" start_appliance --boot-dir "$image" --boot-listen 127.0.0.1:8080

for kind in http https; do
	url=http://127.0.0.1:8080/boot
	[ $kind = http ] || url=$nodes/boot
	check "the image over $kind" fetches 0 tmpfs/$kind --url "$url" --fingerprint "$(ctl fingerprint)"
	budget fetch_${kind}_s "$(summary '.seconds * 100 | round / 100')"
	echo "# $(summary '"\(.bytes / 1e6 | round) MB, \(.bytes / 1e6 / .seconds | round) MB/s"')"
done
budget fetch_memory_mib "$(summary '.peak_memory_kib / 1024 | round')"
echo "1..$tap_count"
