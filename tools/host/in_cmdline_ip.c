// SPDX-License-Identifier: MIT
/*
 * ip=, in all forms of dracut.cmdline(7). Addresses of IPv6 stand in [brackets].
 *
 *	ip   = auto
 *	     | device ":" auto [ ":" [ mtu ] [ ":" mac ] ]
 *	     | [ address ] ":" [ peer ] ":" [ gateway ] ":" [ mask ] ":" [ hostname ] ":" [ device ]
 *	       [ ":" [ auto ] [ ":" ( [ mtu ] [ ":" mac ] | dns [ ":" dns ] ) ] ]
 *	mask = dotted netmask or length of the prefix
 *	auto = dhcp | on | any | single-dhcp | dhcp6 | auto6 | either6 | link6 | none | off | ibft
 * A device may have one ip= for IPv4 and one for IPv6.
 */
#include <ctype.h>

#include "host/in_cmdline.h"

enum field { ADDRESS, PEER, GATEWAY, MASK, HOSTNAME, DEVICE, AUTO, TAIL };

enum family { NEITHER, IPV4, IPV6 };

static const struct method {
	const char *word;
	enum family family;     /* that the word is about */
	const char *option;
	const char *value;
} methods[] = {
	{ "dhcp", IPV4, "bootproto", "dhcp" },
	{ "on", IPV4, "bootproto", "dhcp" },
	{ "any", IPV4, "bootproto", "dhcp" },
	{ "single-dhcp", IPV4, "bootproto", "dhcp" },
	{ "dhcp6", IPV6, "ipv6", "dhcp" },
	{ "auto6", IPV6, "ipv6", "auto" },
	{ "either6", IPV6, "ipv6", "auto" },
	{ "link6", IPV6, "ipv6", "link" },
	{ "none", NEITHER, NULL, NULL },
	{ "off", NEITHER, NULL, NULL },
};

static const struct method *find_method(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (streq(methods[i].word, word))
			return &methods[i];
	return NULL;
}

/* One ip= on its way. */
struct reading {
	struct cmdline *cmdline;
	const struct kernel_arg *arg;
	char **fields;
	size_t count;
	struct cmdline_ip *ip;
};

static const char *field(const struct reading *r, size_t i)
{
	return i < r->count ? r->fields[i] : "";
}

static int set(struct reading *r, const char *option, const char *what, const char *text)
{
	return cmdline_set(r->cmdline, r->arg, &host_network_command, &r->ip->network, option,
			   what, text);
}

/* The ip= of this device so far, or a new one. */
static struct cmdline_ip *ip_of(struct cmdline *cmdline, const char *device, unsigned position)
{
	struct cmdline_ip *ip;

	for (size_t i = 0; i < cmdline->ips_count; i++)
		if (streq(cmdline->ips[i].device, device))
			return &cmdline->ips[i];
	cmdline->ips = xreallocarray(cmdline->ips, cmdline->ips_count + 1, sizeof(*ip));
	ip = &cmdline->ips[cmdline->ips_count++];
	*ip = (struct cmdline_ip){ .device = xstrdup(device), .position = position };
	cmdline_start(cmdline, &host_network_command, &ip->network, position);
	return ip;
}

/* Notes that the device's family is spoken for; twice is a contradiction. */
static int claim(struct reading *r, enum family family)
{
	bool *has = family == IPV4 ? &r->ip->has_ipv4 : &r->ip->has_ipv6;

	if (*has)
		return cmdline_problem(r->cmdline, r->arg, "duplicate device \"%s\": there is an "
				       "ip= for %s of it already", r->ip->device,
				       family == IPV4 ? "IPv4" : "IPv6");
	*has = true;
	return 0;
}

static int use_method(struct reading *r, const struct method *method)
{
	if (method->family == NEITHER)
		return 0;
	if (claim(r, method->family) < 0)
		return -1;
	return set(r, method->option, NULL, method->value);
}

/* Behind the method: an MTU and a MAC address whose colons made fields of it. */
static int read_mtu_and_mac(struct reading *r, size_t first)
{
	autofree char *mac = r->count > first + 1 ?
			     strv_join(r->fields + first + 1, ":") : xstrdup("");
	int bad = 0;

	if (field(r, first)[0])
		bad |= set(r, "mtu", "MTU", field(r, first));
	if (mac[0])
		bad |= set(r, "macaddr", "MAC address", mac);
	return bad;
}

static char *without_brackets(const char *text)
{
	size_t len = strlen(text);

	return len >= 2 && text[0] == '[' && text[len - 1] == ']' ? xstrndup(text + 1, len - 2) :
								    xstrdup(text);
}

static int read_dns(struct reading *r)
{
	for (size_t i = TAIL; i < r->count; i++) {
		autofree char *text = without_brackets(r->fields[i]);
		struct ks_value address;

		if (text[0] == '\0')
			continue;
		if (!ks_ip.read(NULL, text, &address))
			return cmdline_problem(r->cmdline, r->arg, "DNS server \"%s\" is not "
					       "valid: expected %s", text, ks_ip.expected);
		strv_push_take(&r->ip->nameservers, address.text);
	}
	return r->count <= TAIL + 2 ? 0 : cmdline_problem(r->cmdline, r->arg,
							 "expected two DNS servers at most");
}

/* [mtu][:mac] or [dns1][:dns2]: an MTU is a number and a MAC address has six parts, an address neither. */
static int read_tail(struct reading *r)
{
	const char *first = field(r, TAIL), *second = field(r, TAIL + 1);
	bool is_dns = first[0] ? first[strspn(first, "0123456789")] != '\0' :
				 strpbrk(second, ".[") != NULL;

	return is_dns ? read_dns(r) : read_mtu_and_mac(r, TAIL);
}

static int read_ipv4_address(struct reading *r)
{
	int bad = claim(r, IPV4);

	if (!field(r, MASK)[0])
		return cmdline_problem(r->cmdline, r->arg,
				       "netmask missing: expected one such as 255.255.255.0 or 24 "
				       "in the fourth place");
	bad |= set(r, "bootproto", NULL, "static");
	bad |= set(r, "ip", "address", field(r, ADDRESS));
	bad |= set(r, "netmask", "netmask", field(r, MASK));
	if (field(r, GATEWAY)[0])
		bad |= set(r, "gateway", "gateway", field(r, GATEWAY));
	return bad;
}

static int read_ipv6_address(struct reading *r)
{
	autofree char *address = without_brackets(field(r, ADDRESS));
	autofree char *gateway = without_brackets(field(r, GATEWAY));
	const char *mask = field(r, MASK);
	autofree char *with_prefix = NULL;
	int bad = claim(r, IPV6);

	if (!mask[0])
		return cmdline_problem(r->cmdline, r->arg, "prefix missing: expected its length, "
				       "such as 64, in the fourth place");
	with_prefix = xasprintf("%s/%s", address, mask);
	bad |= set(r, "ipv6", "address", with_prefix);
	if (gateway[0])
		bad |= set(r, "ipv6gateway", "gateway", gateway);
	return bad;
}

static int read_address(struct reading *r, const struct method *method)
{
	bool is_ipv6 = field(r, ADDRESS)[0] == '[';
	enum family family = is_ipv6 ? IPV6 : IPV4;

	if (field(r, PEER)[0])
		return cmdline_problem(r->cmdline, r->arg, "peer \"%s\": point-to-point links are "
				       "not supported: expected an empty second place",
				       field(r, PEER));
	if (field(r, ADDRESS)[0] == '\0') {
		if (field(r, GATEWAY)[0] || field(r, MASK)[0])
			return cmdline_problem(r->cmdline, r->arg,
					       "address missing: expected it in the first place");
		return 0;
	}
	if (method && method->family == family)
		return cmdline_problem(r->cmdline, r->arg, "an address and \"%s\" contradict each "
				       "other: expected one of the two", method->word);
	return is_ipv6 ? read_ipv6_address(r) : read_ipv4_address(r);
}

static int read_hostname(struct reading *r)
{
	const char *text = field(r, HOSTNAME);
	struct ks_value name;

	if (text[0] == '\0')
		return 0;
	if (!ks_hostname.read(NULL, text, &name))
		return cmdline_problem(r->cmdline, r->arg, "host name \"%s\" is not valid: "
				       "expected %s", text, ks_hostname.expected);
	free(r->cmdline->ip_hostname);
	r->cmdline->ip_hostname = name.text;
	r->cmdline->ip_hostname_position = r->arg->position;
	return 0;
}

static int unknown_method(struct reading *r, const char *word)
{
	if (streq(word, "ibft"))
		return cmdline_problem(r->cmdline, r->arg,
				       "ibft is not supported: expected the address itself");
	return cmdline_problem(r->cmdline, r->arg,
			       "\"%s\" is not valid: expected dhcp, dhcp6, auto6, link6, none, "
			       "DEVICE:dhcp or ADDRESS::GATEWAY:NETMASK:HOSTNAME:DEVICE:none", word);
}

static bool is_device(const char *name)
{
	struct ks_value value;

	if (!ks_interface.read(NULL, name, &value))
		return false;
	free(value.text);
	return true;
}

static int read_device(struct reading *r, const char *device)
{
	if (device[0] && !is_device(device))
		return cmdline_problem(r->cmdline, r->arg, "\"%s\" is not valid: expected %s",
				       device, ks_interface.expected);
	r->ip = ip_of(r->cmdline, device[0] ? cmdline_device(r->cmdline, device) : "bootif",
		      r->arg->position);
	return 0;
}

/* device:auto[:[mtu][:mac]] and auto alone */
static int read_short(struct reading *r, const char *device, const char *word, size_t tail)
{
	const struct method *method = find_method(word);

	if (!method)
		return unknown_method(r, word);
	if (read_device(r, device) < 0)
		return -1;
	return use_method(r, method) | read_mtu_and_mac(r, tail);
}

static int read_long(struct reading *r)
{
	const char *device = field(r, DEVICE), *word = field(r, AUTO);
	const struct method *method = word[0] ? find_method(word) : NULL;
	int bad = 0;

	if (word[0] && !method)
		return unknown_method(r, word);
	if (read_device(r, device) < 0)
		return -1;
	bad |= read_address(r, method);
	if (method && bad == 0)
		bad |= use_method(r, method);
	bad |= read_hostname(r);
	bad |= read_tail(r);
	return bad;
}

static bool is_address(const char *text)
{
	struct ks_value value;

	if (text[0] == '[')
		return true;
	if (!ks_ipv4.read(NULL, text, &value))
		return false;
	free(value.text);
	return true;
}

int cmdline_read_ip(struct cmdline *cmdline, const struct kernel_arg *arg)
{
	autostrv char **fields = cmdline_fields(arg->value);
	struct reading r = { .cmdline = cmdline, .arg = arg, .fields = fields,
			     .count = strv_len(fields) };
	int result;

	if (!fields)
		return cmdline_problem(cmdline, arg, "expected a ] for every [");
	if (r.count >= 4 ? !find_method(fields[1]) : is_address(fields[0]))
		result = read_long(&r);
	else if (r.count == 1)
		result = read_short(&r, "", fields[0], 1);
	else
		result = read_short(&r, fields[0], fields[1], 2);
	return result ? -1 : 0;
}
