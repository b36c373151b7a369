// SPDX-License-Identifier: MIT
/* Files that start services; see due.h. */
#include <errno.h>
#include <unistd.h>

#include "common/file.h"
#include "node/due.h"

#define FOLDER "/run/roost/due"
#define FOLLOWERS 2

static const char *const followers[][FOLLOWERS + 1] = {
	[DUE_HOST_CONF] = { "roost-network", "roost-firewall" },
	[DUE_LOGGING] = { "roost-log" },
	[DUE_NETCONSOLE] = { "roost-netconsole" },
	[DUE_NETWORK] = { "roost-storage" },
	[DUE_PEERS] = { "roost-firewall" },
	[DUE_FIREWALL] = { "roost-services" },
	[DUE_PKI] = { "roost-services" },
	[DUE_NO_ADDRESS] = { "roost-network-probe" },
};

static char *marker(const char *root, const char *unit)
{
	autofree char *folder = path_in_root(root, FOLDER);

	return path_join(folder, unit);
}

int due_mark(const char *root, enum due_change change, struct problems *problems)
{
	autofree char *folder = path_in_root(root, FOLDER);

	if (make_folders(folder, 0755, problems) < 0)
		return -1;
	for (const char *const *unit = followers[change]; *unit; unit++) {
		autofree char *path = marker(root, *unit);

		if (file_write_text(path, 0644, "", problems) < 0)
			return -1;
	}
	return 0;
}

int due_take(const char *root, const char *unit, struct problems *problems)
{
	autofree char *path = marker(root, unit);

	if (unlink(path) < 0 && errno != ENOENT)
		return problem(problems, "cannot remove %s: %s", path, strerror(errno));
	return 0;
}
