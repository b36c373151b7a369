// SPDX-License-Identifier: MIT
/*
 * "firmware" and "secure_boot". The kernel makes /sys/firmware/efi only when UEFI started it. The
 * variable SecureBoot (UEFI specification, 3.3 "Globally Defined Variables") is one byte; efivarfs puts
 * four bytes of attributes before it.
 */
#include "common/file.h"
#include "node/facts.h"

#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static bool is_secure_boot(const char *root)
{
	autofree char *path = path_in_root(root, SECURE_BOOT);
	autofree char *data = NULL;
	size_t len;

	return file_read(path, 16, &data, &len, NULL) == 0 && len == 5 && data[4] == 1;
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autofree char *efi = path_in_root(root, "/sys/firmware/efi");

	(void)problems;
	json_object_set_new(facts, "firmware", json_string(path_exists(efi) ? "uefi" : "bios"));
	return json_object_set_new(facts, "secure_boot", json_boolean(is_secure_boot(root)));
}

const struct fact_kind facts_firmware = { "firmware", collect };
