// SPDX-License-Identifier: MIT
/* Who may log in; see access.h. */
#include "host/access.h"

bool host_has_service(const struct host *host, const char *name)
{
	return strv_contains(host->services.enabled, name) && !strv_contains(host->services.disabled, name);
}

char *host_authorized_keys(const struct host *host)
{
	char *text;
	size_t len;
	FILE *out = xopen_memstream(&text, &len);

	for (size_t i = 0; i < host->sshkeys_count; i++)
		if (streq(host->sshkeys[i].username, "root"))
			fprintf(out, "%s\n", host->sshkeys[i].key);
	fclose(out);
	return text;
}

bool host_has_ssh(const struct host *host)
{
	autofree char *keys = host_authorized_keys(host);

	return *keys && !strv_contains(host->services.disabled, SSHD_SERVICE);
}
