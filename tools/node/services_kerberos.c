// SPDX-License-Identifier: MIT
/*
 * libvirt over TCP, where Kerberos says who comes and encrypts what is said (SASL's GSSAPI); see services_look.h.
 *
 * libvirtd reads who may come in from its libvirtd.conf alone, and that is the image's: so it is started with a copy
 * that has one line more. Its unit reads LIBVIRTD_ARGS from the second file (libvirtd.service.d/roost.conf).
 */
#include "common/digest.h"
#include "common/file.h"
#include "common/keytab.h"
#include "node/agent_keytab.h"
#include "node/config_krb5.h"
#include "node/services_look.h"

#define LIBVIRTD_CONF "/etc/libvirt/libvirtd.conf"
#define LIBVIRTD_CONF_MAX (64 * 1024)
#define OWN_CONF "/run/roost/services/libvirtd.conf"
#define OWN_ENVIRONMENT "/run/roost/services/libvirtd.env"

/* SASL has users of the host's own realm without it. Owned by the caller. */
static char *sasl_name(const char *principal, const char *realm)
{
	const char *at = strchr(principal, '@');

	return at && streq(at + 1, realm) ? xstrndup(principal, (size_t)(at - principal)) : xstrdup(principal);
}

/* The names have no character that would need an escape: the table of `realm` sees to that. */
static char *permitted_line(const struct host_realm *realm)
{
	autostrv char **names = NULL;
	autofree char *list = NULL;

	for (char **principal = realm->permit; *principal; principal++) {
		autofree char *name = sasl_name(*principal, realm->realm);

		strv_pushf(&names, "\"%s\"", name);
	}
	list = strv_join(names, ", ");
	return xasprintf("sasl_allowed_username_list = [%s]\n", list);
}

static char *configuration_gap(const struct host *host)
{
	if (!host->realm.realm)
		return xstrdup("the configuration names no Kerberos realm: expected realm join REALM --permit=PRINCIPAL");
	if (!host->realm.permit)
		return xstrdup("the configuration permits nobody: expected --permit=PRINCIPAL in the line realm join");
	return NULL;
}

static char *keytab_gap(const char *path, const struct host *host)
{
	autokeytab struct keytab keytab = { 0 };
	autoproblems struct problems problems = { 0 };
	autostrv char **principals = NULL;
	autofree char *list = NULL;

	if (!path_exists(path))
		return xstrdup("waits for the host's keytab: roostctl keytab set HOST FILE");
	if (keytab_read_file(path, &keytab, &problems) < 0)
		return problems_text(&problems);
	if (keytab_serves(&keytab, "libvirt", host->realm.realm))
		return NULL;
	principals = keytab_principals(&keytab);
	list = strv_join(principals, ", ");
	return xasprintf("the host's keytab has no key of libvirt/NAME@%s: it is of %s", host->realm.realm, list);
}

enum service_state look_libvirt_tcp(const char *root, const struct host *host, struct service_look *ret)
{
	autofree char *path = path_in_root(root, KEYTAB_FILE);
	autofree char *gap = configuration_gap(host), *keytab = NULL, *line = NULL, *krb5_conf = NULL;
	enum service_state state = SERVICE_INCOMPLETE;
	struct digest *digest;

	if (!gap) {
		gap = keytab_gap(path, host);
		state = SERVICE_WAITING;
	}
	if (!gap && sha256_file(path, &keytab, NULL) < 0)
		gap = xstrdup("the host's keytab cannot be read");
	if (gap) {
		ret->reason = take_ptr(gap);
		return state;
	}
	line = permitted_line(&host->realm);
	krb5_conf = krb5_conf_text(host);
	digest = digest_new();
	digest_add_text(digest, keytab);
	digest_add_text(digest, line);
	digest_add_text(digest, krb5_conf);
	ret->digest = digest_end(digest);
	return SERVICE_ON;
}

/* ---- What it is started with --------------------------------------------------------------------------- */

int prepare_libvirt_tcp(const char *root, const struct host *host, struct problems *problems)
{
	autofree char *image = path_in_root(root, LIBVIRTD_CONF), *own = path_in_root(root, OWN_CONF);
	autofree char *environment = path_in_root(root, OWN_ENVIRONMENT);
	autofree char *text = NULL, *line = permitted_line(&host->realm), *whole = NULL;

	if (file_read(image, LIBVIRTD_CONF_MAX, &text, NULL, problems) < 0)
		return -1;
	whole = xasprintf("%s# Written by roost-services from host.conf\n%s", text, line);
	if (file_write_text(own, 0644, whole, problems) < 0)
		return -1;
	return file_write_text(environment, 0644, "LIBVIRTD_ARGS=\"--timeout 120 --config " OWN_CONF "\"\n", problems);
}

void unprepare_libvirt_tcp(const char *root)
{
	static const char *const files[] = { OWN_ENVIRONMENT, OWN_CONF };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = path_in_root(root, files[i]);

		(void)unlink(path);
	}
}
