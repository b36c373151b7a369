// SPDX-License-Identifier: MIT
/* Values of the `network` command; see types_network.h. */
#include <ctype.h>

#include "host/network.h"
#include "host/types_network.h"

#define MAX_VID 4094

static bool give_text(struct ks_value *ret, char *take_text)
{
	ret->text = take_text;
	return true;
}

/*
 * lo is there already, bonding_masters is a file beside the devices in sysfs, all and default are
 * folders beside them in /proc/sys/net; a number would be taken for an index by systemd and ip(8).
 */
static bool is_reserved(const char *text)
{
	static const char *const names[] = { "lo", "bonding_masters", "all", "default" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(names[i], text))
			return true;
	return text[strspn(text, "0123456789")] == '\0';
}

/*
 * Fewer characters than the kernel takes: systemd-networkd would read some of the others as patterns
 * ("eth*", "!eth0"), and names become file names and arguments.
 */
static bool read_name(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && (p == text || !strchr("._-@+", *p)))
			return false;
	return !is_reserved(text) && ks_interface.read(option, text, ret);
}

#define NAME_EXPECTED "15 letters, digits and ._-@+ at most, and none of the kernel's own " \
		      "(lo, all, default, a number)"

const struct ks_type host_name_type = {
	.placeholder = "NAME", .read = read_name,
	.expected = "an interface name of " NAME_EXPECTED,
};

/* Moves behind `min` to `max` hexadecimal digits and the character after them. */
static bool skip_hex(const char **text, size_t min, size_t max, char behind)
{
	size_t n = strspn(*text, "0123456789abcdefABCDEF");

	*text += n;
	return n >= min && n <= max && *(*text)++ == behind;
}

/* udev's ID_PATH of a PCI device: pci-DOMAIN:BUS:DEVICE.FUNCTION in hexadecimal digits. */
static bool read_path(const char *text, struct ks_value *ret)
{
	const char *p = str_after(text, "pci-");
	char *path;

	if (!p || !skip_hex(&p, 4, 8, ':') || !skip_hex(&p, 2, 2, ':') || !skip_hex(&p, 2, 2, '.') ||
	    *p < '0' || *p > '7' || p[1] != '\0')
		return false;
	path = xstrdup(text);
	for (char *c = path; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return give_text(ret, path);
}

/* A NIC by name, MAC or path, or one of the words that stand for one. */
static bool read_device(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	return ks_mac.read(option, text, ret) || read_path(text, ret) ||
	       read_name(option, text, ret);
}

const struct ks_type host_device_type = {
	.placeholder = "DEVICE", .read = read_device,
	.expected = "bootif, link, a MAC address, a path such as pci-0000:00:03.0, or an interface "
		    "name of " NAME_EXPECTED,
};

/* pykickstart assumes a prefix of 64 when there is none. */
static bool read_ipv6(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	autofree char *with_prefix = NULL;

	if (streq(text, "auto") || streq(text, "dhcp") || streq(text, "link"))
		return give_text(ret, xstrdup(text));
	with_prefix = strchr(text, '/') ? xstrdup(text) : xasprintf("%s/64", text);
	return ks_ipv6_prefix.read(option, with_prefix, ret);
}

const struct ks_type host_ipv6_type = {
	.placeholder = "ADDRESS/LENGTH|auto|dhcp|link", .read = read_ipv6,
	.expected = "auto, dhcp, link, or an address such as 2001:db8::10/64",
};

/* Ends up inside a quoted value of a unit file. */
static bool read_class(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	for (const char *p = text; *p; p++)
		if (*p < ' ' || *p > '~' || strchr("\"\\%", *p))
			return false;
	return text[0] && strlen(text) <= 255 && give_text(ret, xstrdup(text));
}

const struct ks_type host_dhcp_class_type = {
	.placeholder = "TEXT", .read = read_class,
	.expected = "at most 255 printable characters without quotes, \\ and %",
};

static bool read_route(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	struct host_route route;

	(void)option;
	return host_route_read(text, &route) && give_text(ret, host_route_text(&route));
}

const struct ks_type host_route_type = {
	.placeholder = "NET/LENGTH:[GATEWAY]", .read = read_route,
	.expected = "a route such as 198.51.100.0/24:192.0.2.1, or "
		    "[2001:db8:1::/64]:[2001:db8::1] with IPv6 in brackets",
};

/* "10" or "10-19" */
static bool read_vids(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	const char *dash = strchr(text, '-');
	autofree char *from = dash ? xstrndup(text, (size_t)(dash - text)) : xstrdup(text);
	long long first, last;

	(void)option;
	if (!str_to_int(from, 1, MAX_VID, &first))
		return false;
	last = first;
	if (dash && !str_to_int(dash + 1, first, MAX_VID, &last))
		return false;
	return give_text(ret, first == last ? xasprintf("%lld", first) :
					      xasprintf("%lld-%lld", first, last));
}

const struct ks_type host_vids_type = {
	.placeholder = "ID[-ID]", .read = read_vids,
	.expected = "a VLAN id from 1 to 4094 or a range such as 10-19",
};

void host_vids(const char *text, int *ret_first, int *ret_last)
{
	const char *dash = strchr(text, '-');

	*ret_first = (int)strtol(text, NULL, 10);
	*ret_last = dash ? (int)strtol(dash + 1, NULL, 10) : *ret_first;
}
