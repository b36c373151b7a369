// SPDX-License-Identifier: MIT
/* Keytabs, as operators upload them and as an appliance gives them: what is taken has to hold to its bounds. */
#include <stdint.h>

#include "common/keytab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autokeytab struct keytab keytab = { 0 };
	autostrv char **principals = NULL;

	if (keytab_read(data, size, &keytab, "input", NULL) < 0)
		return 0;
	if (keytab.count == 0 || keytab.count > KEYTAB_KEYS_MAX)
		abort();
	for (size_t i = 0; i < keytab.count; i++) {
		for (const char *p = keytab.keys[i].principal; *p; p++)
			if (*p <= ' ' || *p > '~' || *p == '"')
				abort();
		if (!strchr(keytab.keys[i].principal, '@'))
			abort();
	}
	principals = keytab_principals(&keytab);
	(void)keytab_serves(&keytab, "libvirt", "TEST.LOCAL");
	return 0;
}
