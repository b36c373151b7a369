#!/bin/sh
# SPDX-License-Identifier: MIT
# dracut's mount hook: roost-root does the work, and reboots when it cannot be done.

roost-root "$NEWROOT"
