// SPDX-License-Identifier: MIT
/* What an operator wants to know of the folder that /boot serves: is all there, and what is wrong. */
#ifndef APPLIANCE_BOOT_CHECK_H
#define APPLIANCE_BOOT_CHECK_H

#include "appliance/appliance.h"
#include "common/json.h"

/*
 * {"folder", "urls": [URL of /boot...], "image": {"version", "manifest_sha256", "arguments"} or null,
 * "files": [{"path", "for", "size_bytes", "state": "there|missing|wrong size|not readable
 * for all"}], "problems": [text], "is_bootable"}. New. The problems are those with the image itself. Sizes are compared with the manifest, contents are not: a host does that.
 */
json_t *boot_check(struct appliance *appliance);

#endif
