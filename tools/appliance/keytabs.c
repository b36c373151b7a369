// SPDX-License-Identifier: MIT
/* Hosts' keytabs; see keytabs.h. */
#include <gnutls/gnutls.h>
#include <strings.h>

#include "appliance/keytabs.h"
#include "common/digest.h"
#include "common/keytab.h"

#define SERVICE "libvirt"

/* Whether there is a key for the name that the host gives itself, with a domain or without. */
static bool is_of_host(const struct keytab *keytab, const char *name)
{
	size_t len = strcspn(name, ".");

	for (size_t i = 0; i < keytab->count; i++) {
		const char *rest = str_after(keytab->keys[i].principal, SERVICE "/");

		if (rest && strncasecmp(rest, name, len) == 0 && strchr(".@", rest[len]))
			return true;
	}
	return false;
}

static void warn(const struct keytab *keytab, const struct host_record *host, struct problems *warnings)
{
	if (host->name && !is_of_host(keytab, host->name))
		problem(warnings, "no key is of " SERVICE "/%s: clients look for the name by which they call the host",
			host->name);
}

int keytab_keep(struct host_record *host, const void *data, size_t len, struct problems *warnings,
		struct problems *problems)
{
	gnutls_datum_t in = { (unsigned char *)data, (unsigned)len }, out;
	autokeytab struct keytab keytab = { 0 };

	if (data) {
		if (keytab_read(data, len, &keytab, "keytab", problems) < 0)
			return -1;
		if (!keytab_serves(&keytab, SERVICE, NULL))
			return problem(problems, "keytab: expected a key of " SERVICE "/NAME-OF-THE-HOST@REALM");
		if (gnutls_base64_encode2(&in, &out) < 0)
			return problem(problems, "keytab: cannot be kept");
		warn(&keytab, host, warnings);
	}
	free(host->keytab);
	host->keytab = data ? xstrndup((const char *)out.data, out.size) : NULL;
	if (data)
		gnutls_free(out.data);
	return 0;
}

char *keytab_of_host(const struct host_record *host, size_t *ret_len)
{
	gnutls_datum_t in = { (unsigned char *)host->keytab, 0 }, out;
	char *data;

	if (!host->keytab)
		return NULL;
	in.size = (unsigned)strlen(host->keytab);
	if (gnutls_base64_decode2(&in, &out) < 0)
		return NULL;
	data = xmalloc(out.size + 1);
	memcpy(data, out.data, out.size);
	data[out.size] = '\0';
	*ret_len = out.size;
	gnutls_free(out.data);
	return data;
}

char *keytab_generation(const struct host_record *host)
{
	size_t len;
	autofree char *data = keytab_of_host(host, &len);

	return data ? sha256_text(data, len) : NULL;
}

json_t *keytab_keys_json(const struct host_record *host)
{
	size_t len;
	autofree char *data = keytab_of_host(host, &len);
	autokeytab struct keytab keytab = { 0 };
	json_t *keys = json_array();

	if (!data || keytab_read(data, len, &keytab, "keytab", NULL) < 0)
		return keys;
	for (size_t i = 0; i < keytab.count; i++) {
		autofree char *encryption = keytab_encryption_name(keytab.keys[i].encryption);

		json_array_append_new(keys, json_pack("{ss, si, ss}", "principal", keytab.keys[i].principal, "version",
						      (int)keytab.keys[i].version, "encryption", encryption));
	}
	return keys;
}
