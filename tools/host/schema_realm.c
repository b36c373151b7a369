// SPDX-License-Identifier: MIT
/* `realm join`: Kerberos, with the words of realm(8), which pykickstart has, too. */
#include <ctype.h>

#include "host/schema.h"

#define PRINCIPAL_MAX 256

static const char *const actions[] = { "join", NULL };

/* A DNS name: so the hosts below it, and its servers, are known. Kerberos writes it in capitals. */
static bool read_realm(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	if (!ks_hostname.read(option, text, ret))
		return false;
	for (char *p = ret->text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return true;
}

static const struct ks_type realm = { .placeholder = "REALM", .read = read_realm,
				      .expected = "a realm such as EXAMPLE.NET" };

/*
 * NAME, NAME/INSTANCE, either with @REALM, or * alone. libvirt takes these for patterns, and no pattern means
 * "of this realm only": a * within a name would let others in.
 */
static bool read_principal(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	const char *at = strchr(text, '@');

	(void)option;
	if (streq(text, "*")) {
		ret->text = xstrdup(text);
		return true;
	}
	if (!isalnum((unsigned char)text[0]) || strlen(text) > PRINCIPAL_MAX || str_ends(text, "@") ||
	    (at && strchr(at + 1, '@')))
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-+$/@", *p))
			return false;
	ret->text = xstrdup(text);
	return true;
}

static const struct ks_type principal = {
	.placeholder = "PRINCIPAL", .read = read_principal,
	.expected = "a principal such as alice, alice/admin or alice@OTHER.EXAMPLE.NET, or * alone for everyone",
};

static const struct ks_option realm_options[] = {
	{ "kdc", &ks_host_port, offsetof(struct host_realm, kdc),
	  "The realm's servers; by default those that DNS names (SRV records of _kerberos).", .separator = "," },
	{ "permit", &principal, offsetof(struct host_realm, permit),
	  "Who may manage this host with libvirt over Kerberos (Roost's own). Nobody by default; * is everyone with a "
	  "ticket.", .flags = KS_REPEAT, .separator = "," },
	{ "action", &ks_word, offsetof(struct host_realm, action), "join.", .flags = KS_POSITIONAL | KS_REQUIRED,
	  .names = actions },
	{ "realm", &realm, offsetof(struct host_realm, realm), "The realm, in capitals or not.",
	  .flags = KS_POSITIONAL | KS_REQUIRED },
	{ 0 },
};

static const char by_keytab[] = "a host joins by its keytab: expected roostctl keytab set HOST FILE on the appliance";

static const struct ks_refusal refused_options[] = {
	{ "one-time-password", by_keytab },
	{ "no-password", by_keytab },
	{ "computer-ou", by_keytab },
	{ "client-software", "there is none: expected it to be left out" },
	{ "server-software", "there is none: expected it to be left out" },
	{ "membership-software", "there is none: expected it to be left out" },
	{ 0 },
};

const struct ks_command host_realm_command = {
	.name = "realm",
	.help = "The Kerberos realm whose members may manage this host.",
	.options = realm_options,
	.refused_options = refused_options,
	.size = sizeof(struct host_realm),
	.offset = offsetof(struct host, realm),
};
