// SPDX-License-Identifier: MIT
/*
 * "nics": every physical network card with its permanent address, driver, speed, place, carrier, and
 * what the switch behind it says about itself (LLDP; see lldp.h for the shape).
 * The kernel answers EINVAL for the speed and the carrier of a card that is down: that is "unknown"
 * (null) and "no", and never worth another try.
 */
#include <libgen.h>
#include <limits.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/lldp.h"
#include "node/nics.h"

/* What a symbolic link points to, without folders; NULL when it is none. Owned by the caller. */
static char *link_name(const char *root, const char *path)
{
	autofree char *full = path_in_root(root, path);
	char target[PATH_MAX];
	ssize_t n = readlink(full, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = '\0';
	return xstrdup(basename(target));
}

static json_t *speed_json(const char *root, const char *folder)
{
	autofree char *path = xasprintf("%s/speed", folder);
	long long mbps = fact_number(root, path, 1, 10 * 1000 * 1000, 0);

	return mbps ? json_integer(mbps) : json_null();
}

static json_t *nic_json(const char *root, const char *name,
			const struct lldp_neighbours *neighbours)
{
	autofree char *folder = xasprintf("/sys/class/net/%s", name);
	autofree char *driver_link = xasprintf("%s/device/driver", folder);
	autofree char *carrier = xasprintf("%s/carrier", folder);
	autofree char *driver = link_name(root, driver_link);
	autofree char *path = nic_path(root, name);
	autofree char *mac = nic_permanent_mac(root, name);
	json_t *nic = json_object();

	json_object_set_new(nic, "name", fact_string(name));
	json_object_set_new(nic, "mac", fact_string(mac));
	json_object_set_new(nic, "driver", fact_string(driver));
	json_object_set_new(nic, "speed_mbps", speed_json(root, folder));
	json_object_set_new(nic, "path", fact_string(path));
	json_object_set_new(nic, "carrier", json_boolean(fact_number(root, carrier, 0, 1, 0) == 1));
	json_object_set_new(nic, "lldp", lldp_json(neighbours, name));
	return nic;
}

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autostrv char **names = nics_physical(root);
	autolldp struct lldp_neighbours neighbours = { 0 };
	json_t *nics = json_array();

	(void)lldp_neighbours_get(root, &neighbours, problems);
	for (size_t i = 0; names && names[i]; i++)
		json_array_append_new(nics, nic_json(root, names[i], &neighbours));
	return json_object_set_new(facts, "nics", nics);
}

const struct fact_kind facts_nic = { "nic", collect };
