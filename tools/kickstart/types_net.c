// SPDX-License-Identifier: MIT
/*
 * The kinds of values that belong to networks: addresses, names, ports, interfaces. Texts come out
 * normalised, so that two spellings of one address compare equal.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>

#include "kickstart/options.h"

static bool give_text(struct ks_value *ret, const char *text)
{
	ret->text = xstrdup(text);
	return true;
}

static bool read_address(int family, const char *text, struct ks_value *ret)
{
	unsigned char address[sizeof(struct in6_addr)];
	char canonical[INET6_ADDRSTRLEN];

	if (inet_pton(family, text, address) != 1)
		return false;
	inet_ntop(family, address, canonical, sizeof(canonical));
	return give_text(ret, canonical);
}

static bool read_ipv4(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	return read_address(AF_INET, text, ret);
}

const struct ks_type ks_ipv4 = { .placeholder = "ADDRESS", .read = read_ipv4,
				 .expected = "an IPv4 address such as 192.0.2.10" };

static bool read_ipv6(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	return read_address(AF_INET6, text, ret);
}

const struct ks_type ks_ipv6 = { .placeholder = "ADDRESS", .read = read_ipv6,
				 .expected = "an IPv6 address such as 2001:db8::10" };

static bool read_ip(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	return read_ipv4(option, text, ret) || read_ipv6(option, text, ret);
}

const struct ks_type ks_ip = {
	.placeholder = "ADDRESS", .read = read_ip,
	.expected = "an IPv4 or IPv6 address such as 192.0.2.10 or 2001:db8::10",
};

static bool read_ipv6_prefix(const struct ks_option *option, const char *text,
			     struct ks_value *ret)
{
	const char *slash = strchr(text, '/');
	struct ks_value address;
	long long length;

	if (!slash || !str_to_int(slash + 1, 1, 128, &length))
		return false;
	autofree char *part = xstrndup(text, (size_t)(slash - text));
	if (!read_ipv6(option, part, &address))
		return false;
	ret->text = xasprintf("%s/%lld", address.text, length);
	free(address.text);
	return true;
}

const struct ks_type ks_ipv6_prefix = {
	.placeholder = "ADDRESS/LENGTH", .read = read_ipv6_prefix,
	.expected = "an IPv6 address and a prefix length such as 2001:db8::10/64",
};

static bool read_netmask(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	char canonical[INET_ADDRSTRLEN];
	struct in_addr mask;
	uint32_t zeroes;
	long long length;

	(void)option;
	if (str_to_int(text, 1, 32, &length))
		mask.s_addr = htonl(UINT32_MAX << (32 - length));
	else if (inet_pton(AF_INET, text, &mask) != 1)
		return false;
	/* contiguous: what is not in the mask is one less than a power of two */
	zeroes = ~ntohl(mask.s_addr);
	if (mask.s_addr == 0 || (zeroes & (zeroes + 1)) != 0)
		return false;
	inet_ntop(AF_INET, &mask, canonical, sizeof(canonical));
	return give_text(ret, canonical);
}

const struct ks_type ks_netmask = { .placeholder = "MASK", .read = read_netmask,
				    .expected = "a netmask such as 255.255.255.0 or 24" };

/* Six pairs of hexadecimal digits with one kind of separator, : or -. */
static bool read_mac(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	char mac[18];

	(void)option;
	if (strlen(text) != 17)
		return false;
	for (int i = 0; i < 17; i++) {
		bool is_separator = i % 3 == 2;

		if (is_separator ? text[i] != text[2] : !isxdigit((unsigned char)text[i]))
			return false;
		mac[i] = is_separator ? ':' : (char)tolower((unsigned char)text[i]);
	}
	mac[17] = '\0';
	return (text[2] == ':' || text[2] == '-') && give_text(ret, mac);
}

const struct ks_type ks_mac = { .placeholder = "MAC", .read = read_mac,
				.expected = "a MAC address such as 52:54:00:12:34:56" };

/* RFC 1123 section 2.1: labels of letters, digits and inner hyphens; 63 a label, 253 in all. */
static bool is_hostname(const char *text)
{
	size_t label = 0;

	if (strlen(text) > 253)
		return false;
	for (const char *p = text;; p++) {
		if (*p == '.' || *p == '\0') {
			if (label == 0 || label > 63 || p[-1] == '-')
				return false;
			if (*p == '\0')
				return true;
			label = 0;
			continue;
		}
		if (!isalnum((unsigned char)*p) && (*p != '-' || label == 0))
			return false;
		label++;
	}
}

/* 1.2.3 and 10.0.0.999 are addresses with a mistake, not names (RFC 3696 section 2). */
static bool looks_like_address(const char *text)
{
	const char *last = strrchr(text, '.');

	last = last ? last + 1 : text;
	return last[strspn(last, "0123456789")] == '\0';
}

static bool read_hostname(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	return is_hostname(text) && !looks_like_address(text) && give_text(ret, text);
}

const struct ks_type ks_hostname = { .placeholder = "NAME", .read = read_hostname,
				     .expected = "a host name such as node1.example.com" };

static bool read_host(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	return read_ip(option, text, ret) || read_hostname(option, text, ret);
}

const struct ks_type ks_host = {
	.placeholder = "HOST", .read = read_host,
	.expected = "a host name or an address such as node1.example.com or 192.0.2.10",
};

static bool read_port(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	long long value;

	(void)option;
	if (!str_to_int(text, 1, 65535, &value))
		return false;
	ret->number = (int)value;
	return true;
}

const struct ks_type ks_port = { .placeholder = "PORT", .storage = KS_NUMBER, .read = read_port,
				 .expected = "a port from 1 to 65535" };

/* HOST, HOST:PORT, V6 or [V6]:PORT */
static bool read_host_port(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	bool is_bracketed = text[0] == '[';
	const char *end = is_bracketed ? strchr(text, ']') : strrchr(text, ':');
	struct ks_value host, port = { .number = 0 };

	if (read_host(option, text, ret))
		return true;
	if (!end)
		return false;
	autofree char *name = xstrndup(text + is_bracketed, (size_t)(end - text) - is_bracketed);
	end += is_bracketed;
	if (*end == ':' && !read_port(option, end + 1, &port))
		return false;
	if ((*end != ':' && *end != '\0') || (strchr(name, ':') != NULL) != is_bracketed ||
	    !read_host(option, name, &host))
		return false;
	ret->text = !port.number ? xstrdup(host.text) :
		    xasprintf(is_bracketed ? "[%s]:%d" : "%s:%d", host.text, port.number);
	free(host.text);
	return true;
}

const struct ks_type ks_host_port = {
	.placeholder = "HOST[:PORT]", .read = read_host_port,
	.expected = "a host and, if need be, a port such as roost.example.com:8443",
};

/* What the kernel takes (dev_valid_name): no white space, no slash, no colon. */
static bool read_interface(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	if (text[0] == '\0' || strlen(text) >= IFNAMSIZ || streq(text, ".") || streq(text, ".."))
		return false;
	for (const char *p = text; *p; p++)
		if (*p == '/' || *p == ':' || *p == '%' || !isgraph((unsigned char)*p))
			return false;
	return give_text(ret, text);
}

const struct ks_type ks_interface = {
	.placeholder = "INTERFACE", .read = read_interface,
	.expected = "an interface name such as eno1, of 15 characters at most",
};
