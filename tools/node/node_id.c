// SPDX-License-Identifier: MIT
/* The host's UUID, or one derived from its network card; see node_id.h. */
#include <ctype.h>

#include "common/digest.h"
#include "common/file.h"
#include "common/uuid.h"
#include "node/nics.h"
#include "node/node_id.h"

/* Version 8 (digit 13) and the RFC's variant (top bits of digit 17); the rest is the digest. */
static char *derived_uuid(const char *mac)
{
	autofree char *text = xasprintf("roost host id\n%s\n", mac);
	autofree char *hex = sha256_text(text, strlen(text));

	hex[12] = '8';
	hex[16] = "89ab"[hex[16] & 3];
	return xasprintf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

char *node_id(const char *root)
{
	autofree char *path = path_in_root(root, "/sys/class/dmi/id/product_uuid");
	autofree char *uuid = file_read_line(path);
	autofree char *mac = NULL;

	for (char *p = uuid; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (uuid && is_uuid(uuid) && !is_placeholder_uuid(uuid))
		return take_ptr(uuid);
	mac = nics_lowest_mac(root);
	return mac ? derived_uuid(mac) : NULL;
}
