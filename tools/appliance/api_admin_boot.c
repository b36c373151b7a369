// SPDX-License-Identifier: MIT
/* The operators' call about boot files. */
#include "appliance/boot_check.h"
#include "appliance/routes.h"

static void get_boot(struct request *request, struct reply *reply)
{
	reply_json(reply, 200, boot_check(request->appliance));
}

const struct route routes_admin_boot[] = {
	{ "GET", "/v1/admin/boot", AUTH_ADMIN, ON_ADMIN, get_boot,
	  "What machines can load here, and what is missing for it. The sizes of files are compared with the "
	  "image's\nmanifest; their contents are checked by each host.",
	  "200 `{\"folder\", \"urls\", \"image\": {\"version\", \"manifest_sha256\", \"arguments\"}, "
	  "\"files\": [{\"path\", \"for\",\n\"size_bytes\", \"state\": \"there|missing|wrong size|not readable for "
	  "all\"}], \"problems\": [text],\n\"is_bootable\"}`; image is null when there is none that can be "
	  "used, and the problems say why." },
	{ 0 },
};
