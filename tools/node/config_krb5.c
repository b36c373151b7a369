// SPDX-License-Identifier: MIT
/* What Kerberos' library is told, krb5.conf(5). */
#include <ctype.h>
#include <errno.h>

#include "common/file.h"
#include "node/config_krb5.h"

#define KRB5_CONF "/etc/krb5.conf"

/*
 * No name is looked up in DNS to find out whose service it is: who answers there would choose. The keytab is this
 * host's alone, so it does not matter by which of its names a client calls it.
 */
static void write_library(FILE *out, const struct host_realm *realm)
{
	fprintf(out, "[libdefaults]\n"
		"	default_realm = %s\n"
		"	dns_lookup_realm = false\n"
		"	dns_lookup_kdc = %s\n"
		"	dns_canonicalize_hostname = false\n"
		"	rdns = false\n"
		"	ignore_acceptor_hostname = true\n", realm->realm, realm->kdc ? "false" : "true");
}

static void write_servers(FILE *out, const struct host_realm *realm)
{
	if (!realm->kdc)
		return;
	fprintf(out, "[realms]\n	%s = {\n", realm->realm);
	for (char **kdc = realm->kdc; *kdc; kdc++)
		fprintf(out, "		kdc = %s\n", *kdc);
	fputs("	}\n", out);
}

static void write_domain(FILE *out, const struct host_realm *realm)
{
	autofree char *domain = xstrdup(realm->realm);

	for (char *p = domain; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	fprintf(out, "[domain_realm]\n	%s = %s\n	.%s = %s\n", domain, realm->realm, domain, realm->realm);
}

char *krb5_conf_text(const struct host *host)
{
	char *text = NULL;
	size_t len;
	FILE *out;

	if (!host->realm.realm)
		return NULL;
	out = xopen_memstream(&text, &len);
	fputs("# Written by roost-config from host.conf\n", out);
	write_library(out, &host->realm);
	write_servers(out, &host->realm);
	write_domain(out, &host->realm);
	fclose(out);
	return text;
}

int config_krb5(const char *root, const struct host *host, struct problems *problems)
{
	autofree char *path = path_in_root(root, KRB5_CONF), *text = krb5_conf_text(host);

	if (text)
		return file_has(path, text, strlen(text)) ? 0 : file_write_text(path, 0644, text, problems);
	if (unlink(path) < 0 && errno != ENOENT)
		return problem_errno(problems, errno, "%s", path);
	return 0;
}
