// SPDX-License-Identifier: MIT
/* Subject alternative names; see names.h. */
#include <arpa/inet.h>
#include <ctype.h>

#include "appliance/names.h"

/* The bytes of an IPv4 or IPv6 address; their number, or 0. */
static size_t address_bytes(const char *text, unsigned char bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

static char *address_text(const unsigned char *bytes, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)))
		return NULL;
	return xstrdup(text);
}

/* Letters, digits, hyphens, dots (RFC 1123), and at most 253 bytes. */
static bool is_dns_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > 253 || !isalnum((unsigned char)name[0]))
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
			return false;
	return true;
}

int names_add(char ***names, const char *name, struct problems *problems)
{
	autofree char *canonical = NULL;
	unsigned char bytes[16];
	size_t len = address_bytes(name, bytes);

	if (len > 0)
		canonical = address_text(bytes, len);
	else if (is_dns_name(name))
		canonical = xstrdup(name);
	if (!canonical)
		return problem(problems, "%s: expected a DNS name or an IP address", name);
	for (char *p = canonical; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!strv_contains(*names, canonical))
		strv_push(names, canonical);
	return 0;
}

void names_add_own(char ***names)
{
	char own[256] = "";

	names_add(names, "localhost", NULL);
	names_add(names, "127.0.0.1", NULL);
	names_add(names, "::1", NULL);
	if (gethostname(own, sizeof(own) - 1) == 0)
		names_add(names, own, NULL);
}

bool names_equal(char *const *a, char *const *b)
{
	if (strv_len(a) != strv_len(b))
		return false;
	for (size_t i = 0; a && a[i]; i++)
		if (!strv_contains(b, a[i]))
			return false;
	return true;
}

char **names_of_certificate(gnutls_x509_crt_t certificate)
{
	char **names = NULL;

	for (unsigned i = 0; i < 1000; i++) {
		char name[256];
		size_t len = sizeof(name) - 1;
		int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, name, &len, NULL);

		if (type < 0)
			break;
		if (type == GNUTLS_SAN_IPADDRESS) {
			autofree char *text = address_text((unsigned char *)name, len);

			strv_push(&names, text ? text : "?");
			continue;
		}
		name[len] = '\0';
		strv_push(&names, name);
	}
	return names;
}

int names_to_certificate(char *const *names, gnutls_x509_crt_t certificate)
{
	for (size_t i = 0; names && names[i]; i++) {
		unsigned char bytes[16];
		size_t len = address_bytes(names[i], bytes);
		int r;

		if (len > 0)
			r = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS,
								 bytes, (unsigned)len,
								 GNUTLS_FSAN_APPEND);
		else
			r = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
								 names[i],
								 (unsigned)strlen(names[i]),
								 GNUTLS_FSAN_APPEND);
		if (r < 0)
			return r;
	}
	return 0;
}
