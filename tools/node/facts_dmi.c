// SPDX-License-Identifier: MIT
/* "system": who made the machine, from SMBIOS as the kernel shows it in /sys/class/dmi/id. */
#include "node/facts.h"

static const struct {
	const char *key, *file;
} fields[] = {
	{ "vendor", "/sys/class/dmi/id/sys_vendor" },
	{ "product", "/sys/class/dmi/id/product_name" },
	{ "version", "/sys/class/dmi/id/product_version" },
	{ "serial", "/sys/class/dmi/id/product_serial" },
	{ "uuid", "/sys/class/dmi/id/product_uuid" },
	{ "board_serial", "/sys/class/dmi/id/board_serial" },
};

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	json_t *values = json_object();

	(void)problems; /* every field may be missing: small boards have no SMBIOS */
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		json_object_set_new(values, fields[i].key, fact_file(root, fields[i].file));
	return json_object_set_new(facts, "system", values);
}

const struct fact_kind facts_dmi = { "dmi", collect };
