// SPDX-License-Identifier: MIT
/* Network cards from sysfs and from their drivers; see nics.h. */
#include <ctype.h>
#include <limits.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/file.h"
#include "node/facts.h"
#include "node/nics.h"

#define MAC_BYTES 6

static bool is_physical(const char *root, const char *name)
{
	autofree char *device = xasprintf("%s/sys/class/net/%s/device", root, name);
	autofree char *type = xasprintf("/sys/class/net/%s/type", name);
	long long hardware = fact_number(root, type, 0, 65535, -1);

	return path_exists(device) && (hardware == ARPHRD_ETHER || hardware == ARPHRD_INFINIBAND);
}

char **nics_physical(const char *root)
{
	autostrv char **names = fact_names(root, "/sys/class/net");
	char **physical = NULL;

	for (size_t i = 0; names && names[i]; i++)
		if (is_physical(root, names[i]) && strv_len(physical) < FACT_ITEMS_MAX)
			strv_push(&physical, names[i]);
	return physical;
}

/*
 * A stand-in for hardware where there is none: a veth end, as in a container or a test. What the kernel
 * or a hypervisor makes on top of NICs (bridges, bonds, taps) names its type or has flags of its own.
 */
static bool is_virtual_nic(const char *root, const char *nic)
{
	autofree char *type_path = xasprintf("%s/sys/class/net/%s/type", root, nic);
	autofree char *uevent_path = xasprintf("%s/sys/class/net/%s/uevent", root, nic);
	autofree char *tun_path = xasprintf("%s/sys/class/net/%s/tun_flags", root, nic);
	autofree char *type = file_read_line(type_path), *uevent = file_read_line(uevent_path);

	return type && streq(type, "1") && !path_exists(tun_path) &&
	       !(uevent && str_after(uevent, "DEVTYPE="));
}

char **nics_usable(const char *root)
{
	char **names = nics_physical(root);
	autostrv char **all = NULL;

	if (names)
		return names;
	all = fact_names(root, "/sys/class/net");
	for (char **name = all; name && *name; name++)
		if (is_virtual_nic(root, *name))
			strv_push(&names, *name);
	return names;
}

bool nic_has_carrier(const char *root, const char *name)
{
	autofree char *path = xasprintf("%s/sys/class/net/%s/carrier", root, name);
	autofree char *line = file_read_line(path);

	return line && streq(line, "1");
}

static char *mac_text(const unsigned char *mac)
{
	return xasprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
			 mac[5]);
}

/* ETHTOOL_GPERMADDR needs no privilege. NULL when the driver does not say, or says zeroes. */
static char *ask_driver(const char *name)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static const unsigned char zeroes[MAC_BYTES];
	union {
		struct ethtool_perm_addr head;
		unsigned char room[sizeof(struct ethtool_perm_addr) + 32];
	} answer = { .head = { .cmd = ETHTOOL_GPERMADDR, .size = 32 } };
	struct ifreq request = { .ifr_data = (void *)&answer };

	if (fd < 0 || strlen(name) >= sizeof(request.ifr_name))
		return NULL;
	memcpy(request.ifr_name, name, strlen(name) + 1);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0 || answer.head.size < MAC_BYTES ||
	    memcmp(answer.head.data, zeroes, MAC_BYTES) == 0)
		return NULL;
	return mac_text(answer.head.data);
}

/* A MAC address of sysfs, checked; NULL for anything else. */
static char *mac_of_file(const char *root, const char *name, const char *file)
{
	autofree char *path = xasprintf("%s/sys/class/net/%s/%s", root, name, file);
	autofree char *line = file_read_line(path);
	unsigned char mac[MAC_BYTES];
	int end = 0;

	if (!line ||
	    sscanf(line, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5], &end) != MAC_BYTES ||
	    line[end] != '\0')
		return NULL;
	return mac_text(mac);
}

char *nic_permanent_mac(const char *root, const char *name)
{
	char *mac = streq(root, "/") ? ask_driver(name) : NULL;

	if (!mac)
		mac = mac_of_file(root, name, "bonding_slave/perm_hwaddr");
	return mac ? mac : mac_of_file(root, name, "address");
}

char *nic_path(const char *root, const char *name)
{
	autofree char *folder = xasprintf("/sys/class/net/%s", name);
	autofree char *index = xasprintf("%s/ifindex", folder);
	autofree char *record = xasprintf("n%lld", fact_number(root, index, 1, INT_MAX, 0));

	return fact_device_path(root, folder, record);
}

/* Bit 1 of the first byte: not assigned by the maker, so it may differ after a boot (IEEE 802, 8.2). */
static bool is_locally_administered(const char *mac)
{
	return strtoul((const char[]){ mac[0], mac[1], '\0' }, NULL, 16) & 2;
}

/* Whether a comes before b: addresses that makers assigned first, then by value. */
static bool is_lower(const char *a, const char *b)
{
	bool a_is_local = is_locally_administered(a), b_is_local = is_locally_administered(b);

	return a_is_local != b_is_local ? b_is_local : strcmp(a, b) < 0;
}

char *nics_lowest_mac(const char *root)
{
	autostrv char **names = nics_physical(root);
	autofree char *lowest = NULL;

	for (size_t i = 0; names && names[i]; i++) {
		autofree char *mac = nic_permanent_mac(root, names[i]);

		if (mac && (!lowest || is_lower(mac, lowest))) {
			free(lowest);
			lowest = take_ptr(mac);
		}
	}
	return take_ptr(lowest);
}
