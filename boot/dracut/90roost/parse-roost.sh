#!/bin/sh
# SPDX-License-Identifier: MIT
# dracut's cmdline hook: root=roost (the default) is handled here.

# shellcheck disable=SC2154 # dracut sets root
[ -n "$root" ] || root=roost
# shellcheck disable=SC2034 # dracut reads it
[ "$root" = roost ] && rootok=1
