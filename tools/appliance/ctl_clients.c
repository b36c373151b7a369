// SPDX-License-Identifier: MIT
/* roostctl client-cert, ssh-ca: what an operator's machine needs to manage hosts, and to know them. */
#include <ctype.h>
#include <gnutls/x509.h>

#include "appliance/csr.h"
#include "appliance/ctl.h"
#include "appliance/pem.h"
#include "common/cli.h"
#include "common/file.h"

#define DAY_S 86400

/* The names that libvirt looks for in its pkipath=. */
#define KEY_FILE "clientkey.pem"
#define CERTIFICATE_FILE "clientcert.pem"
#define AUTHORITY_FILE "cacert.pem"

/* The key stays where it was made. */
static int make_request(const char *folder, const char *name, char **ret_csr, struct problems *problems)
{
	autofree char *path = path_join(folder, KEY_FILE);
	gnutls_x509_privkey_t key;
	int r;

	if (make_folders(folder, 0700, problems) < 0 || key_open(path, &key, problems) < 0)
		return -1;
	r = csr_make(key, name, ret_csr, problems);
	gnutls_x509_privkey_deinit(key);
	return r;
}

static int keep(const char *folder, const json_t *answer, struct problems *problems)
{
	autofree char *certificate = path_join(folder, CERTIFICATE_FILE);
	autofree char *authority = path_join(folder, AUTHORITY_FILE);

	if (file_write_text(certificate, 0644, ctl_text(answer, "certificate"), problems) < 0)
		return -1;
	return file_write_text(authority, 0644, ctl_text(answer, "ca"), problems);
}

static void tell(const struct ctl *ctl, const char *folder)
{
	autojson json_t *value = NULL;

	if (ctl->wants_json) {
		value = json_pack("{ss, ss}", "name", ctl->args[0], "directory", folder);
		json_print(value, stdout);
		return;
	}
	printf("%s: " CERTIFICATE_FILE ", " KEY_FILE ", " AUTHORITY_FILE "\n"
	       "virsh -c 'qemu+tls://HOST/system?pkipath=%s' list\n", folder, folder);
}

static int client_cert(struct ctl *ctl)
{
	autofree char *folder = xstrdup(ctl->directory ? ctl->directory : ctl->args[0]), *csr = NULL;
	autofree char *absolute = NULL;
	autojson json_t *body = NULL, *answer = NULL;
	autoproblems struct problems problems = { 0 };
	int code;

	if (make_request(folder, ctl->args[0], &csr, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	body = json_pack("{ss, ss}", "name", ctl->args[0], "csr", csr);
	if (ctl->expires_s)
		json_object_set_new(body, "days", json_integer((ctl->expires_s + DAY_S - 1) / DAY_S));
	code = ctl_send(ctl, "POST", body, &answer, "/v1/admin/client-certificates");
	if (code != EXIT_DONE)
		return code;
	if (keep(folder, answer, &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	absolute = realpath(folder, NULL);
	tell(ctl, absolute ? absolute : folder);
	return EXIT_DONE;
}

/* The names go into known_hosts as they are: a line of one's own has no place in them. */
static bool is_pattern(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._:*?!,[]", *p))
			return false;
	return *text;
}

static void show_ssh_ca(const struct ctl *ctl, const json_t *answer)
{
	printf("@cert-authority %s %s\n", ctl->args[0], ctl_text(answer, "key"));
}

static int ssh_ca(struct ctl *ctl)
{
	autoproblems struct problems problems = { 0 };
	autojson json_t *answer = NULL;
	int code;

	if (!is_pattern(ctl->args[0])) {
		(void)problem(&problems, "%s: expected names as known_hosts has them, such as 'node*,10.0.0.*'", ctl->args[0]);
		return cli_fail(&problems, EXIT_PERMANENT);
	}
	code = ctl_get(ctl, &answer, "/v1/admin/ssh-ca");
	if (code == EXIT_DONE && ctl->wants_json)
		json_print(answer, stdout);
	else if (code == EXIT_DONE)
		show_ssh_ca(ctl, answer);
	return code;
}

static const struct argp_option client_options[] = {
	{ "expires", CTL_EXPIRES, "TIME", 0, "such as 12h, 7d, in whole days (default: 30d)", 1 },
	{ "directory", CTL_DIRECTORY, "DIR", 0, "where key and certificates go (default: ./NAME); a key that is "
	  "there is used again", 1 },
	{ 0 },
};

const struct ctl_command ctl_client_commands[] = {
	{ "client-cert", "NAME", 1, client_options, client_cert,
	  "a key and its certificate, with which to manage hosts by libvirt over TLS" },
	{ "ssh-ca", "NAMES", 1, NULL, ssh_ca,
	  "print the line of ssh's known_hosts by which hosts of these names, such as 'node*,10.0.0.*', are known" },
	{ 0 },
};
