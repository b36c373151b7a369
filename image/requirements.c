// SPDX-License-Identifier: MIT
/* What a build needs on this machine: little, since most tools run from the build root. */
#include "common/file.h"
#include "image/requirements.h"

static const struct {
	const char *what;     /* a program, or a file when it begins with / */
	const char *package;
	bool is_for_users;    /* only when not root */
} required[] = {
	{ "mmdebstrap", "mmdebstrap", false },
	{ "unshare", "util-linux", false },
	{ "chroot", "coreutils", false },
	{ "/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring", false },
	{ "newuidmap", "uidmap", true },
};

static bool is_in_path(const char *program)
{
	const char *path = getenv("PATH");
	autostrv char **folders = strv_split(path ? path : "/usr/sbin:/usr/bin", ":", false);

	for (size_t i = 0; folders && folders[i]; i++) {
		autofree char *file = path_join(folders[i], program);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

int requirements_check(struct problems *problems)
{
	autostrv char **names = NULL, **packages = NULL;
	autofree char *what = NULL, *install = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(required); i++) {
		const char *name = required[i].what;

		if (required[i].is_for_users && geteuid() == 0)
			continue;
		if (name[0] == '/' ? path_exists(name) : is_in_path(name))
			continue;
		strv_push(&names, name);
		strv_push(&packages, required[i].package);
	}
	if (!names)
		return 0;
	what = strv_join(names, ", ");
	install = strv_join(packages, " ");
	return problem(problems, "missing on this machine: %s: install with: apt install %s", what,
		       install);
}
