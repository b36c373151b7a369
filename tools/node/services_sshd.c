// SPDX-License-Identifier: MIT
/* What sshd needs; see services_sshd.h and services_look.h. */
#include "common/digest.h"
#include "common/file.h"
#include "host/access.h"
#include "node/services_look.h"
#include "node/services_sshd.h"
#include "node/ssh_key.h"

/* NULL: there is none yet, and sshd goes on without. Owned by the caller. */
static char *certificate_digest(const char *root)
{
	autofree char *path = path_in_root(root, SSH_HOST_CERTIFICATE_FILE);
	char *digest = NULL;

	if (path_exists(path))
		(void)sha256_file(path, &digest, NULL);
	return digest;
}

/* Started anew with another certificate; with other keys, too, which it would not need: open sessions do not end by it. */
enum service_state look_sshd(const char *root, const struct host *host, struct service_look *ret)
{
	autofree char *keys = host_authorized_keys(host), *certificate = certificate_digest(root);
	struct digest *digest;

	if (!host_has_ssh(host)) {
		ret->reason = xstrdup("nobody may log in: expected sshkey --username=root \"ssh-ed25519 AAAA...\"");
		return SERVICE_INCOMPLETE;
	}
	digest = digest_new();
	digest_add_text(digest, keys);
	digest_add_text(digest, certificate);
	ret->digest = digest_end(digest);
	return SERVICE_ON;
}

/* The public half is written last: it says that both are there. */
static int write_host_key(const char *root, struct problems *problems)
{
	autofree char *path = path_in_root(root, SSH_HOST_KEY), *public_path = path_in_root(root, SSH_HOST_KEY_PUBLIC);
	autofree char *pem = NULL, *public = NULL;
	int code;

	if (path_exists(public_path))
		return 0;
	if (ssh_key_new(&pem, &public, problems) < 0)
		return -1;
	code = file_write_text(path, 0600, pem, problems);
	explicit_bzero(pem, strlen(pem));
	return code < 0 ? -1 : file_write_text(public_path, 0644, public, problems);
}

int prepare_sshd(const char *root, const struct host *host, struct problems *problems)
{
	autofree char *path = path_in_root(root, SSH_AUTHORIZED_KEYS), *keys = host_authorized_keys(host);

	if (!file_has(path, keys, strlen(keys)) && file_write_text(path, 0600, keys, problems) < 0)
		return -1;
	return write_host_key(root, problems);
}

void unprepare_sshd(const char *root)
{
	autofree char *path = path_in_root(root, SSH_AUTHORIZED_KEYS);

	(void)unlink(path);
}
