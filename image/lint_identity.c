// SPDX-License-Identifier: MIT
/*
 * Nothing that must differ between hosts, and no password, is in the image (PAINS 9: one IQN baked
 * into every image).
 */
#include <glob.h>
#include <sys/stat.h>

#include "common/file.h"
#include "image/lint.h"

/* What may be there only when it is empty. */
static const char *const identities[] = {
	"/etc/machine-id", "/etc/hostname", "/var/lib/dbus/machine-id", "/etc/ssh/ssh_host_*",
	"/etc/iscsi/initiatorname.iscsi", "/var/lib/systemd/random-seed", "/etc/nvme/host*",
};

static int check_empty(const char *root, const char *identity, struct problems *problems)
{
	autofree char *pattern = path_in_root(root, identity);
	glob_t found = { 0 };
	struct stat st;
	int r = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (lstat(found.gl_pathv[i], &st) == 0 && S_ISREG(st.st_mode) &&
			    st.st_size > 0)
				r = problem(problems, "identity: %s would be the same on every host",
					    found.gl_pathv[i] + strlen(root));
	globfree(&found);
	return r;
}

/* shadow(5): a password field that begins with * or ! fits no password. */
static int check_passwords(const char *root, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/etc/shadow");
	autofree char *text = NULL;
	autostrv char **lines = NULL;
	int r = 0;

	if (file_read_optional(path, 1024 * 1024, &text, NULL, problems) < 0)
		return -1;
	lines = text ? strv_split(text, "\n", false) : NULL;
	for (size_t i = 0; lines && lines[i]; i++) {
		autostrv char **fields = strv_split(lines[i], ":", true);

		if (strv_len(fields) < 2 || !strchr("*!", fields[1][0]) || !fields[1][0])
			r = problem(problems, "identity: %s has a password, or needs none",
				    fields && fields[0] ? fields[0] : "/etc/shadow");
	}
	return r;
}

static int run(const struct lint_tree *tree, struct problems *problems)
{
	int r = check_passwords(tree->root, problems);

	for (size_t i = 0; i < ARRAY_SIZE(identities); i++)
		if (check_empty(tree->root, identities[i], problems) < 0)
			r = -1;
	return r;
}

const struct lint_kind lint_identity = {
	.name = "identity",
	.help = "no identity and no password is in the image",
	.run = run,
};
