// SPDX-License-Identifier: MIT
/* Arithmetic on addresses; see prefix.h. */
#include <arpa/inet.h>

#include "common/str.h"
#include "host/prefix.h"

int prefix_bits(const struct prefix *prefix)
{
	return prefix->family == AF_INET6 ? 128 : 32;
}

/* A number of bits, or a netmask without gaps. -1 for anything else. */
static int read_length(const char *text, int family)
{
	struct in_addr mask;
	long long length;
	unsigned zeroes;

	if (str_to_int(text, 0, family == AF_INET6 ? 128 : 32, &length))
		return (int)length;
	if (family != AF_INET || inet_pton(AF_INET, text, &mask) != 1)
		return -1;
	zeroes = ~ntohl(mask.s_addr);
	return zeroes & (zeroes + 1) ? -1 : __builtin_popcount(mask.s_addr);
}

bool prefix_read(const char *text, struct prefix *ret)
{
	const char *slash = strchr(text, '/');
	autofree char *address = slash ? xstrndup(text, (size_t)(slash - text)) : xstrdup(text);
	struct prefix read = { .family = strchr(address, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(read.family, address, read.address) != 1)
		return false;
	read.length = slash ? read_length(slash + 1, read.family) : prefix_bits(&read);
	if (read.length < 0)
		return false;
	*ret = read;
	return true;
}

char *prefix_text(const struct prefix *prefix)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(prefix->family, prefix->address, text, sizeof(text));
	return xasprintf("%s/%d", text, prefix->length);
}

/* Bit i of the address, counted from the left. */
static bool bit(const struct prefix *prefix, int i)
{
	return prefix->address[i / 8] & (0x80 >> i % 8);
}

void prefix_mask(struct prefix *prefix)
{
	for (int i = prefix->length; i < prefix_bits(prefix); i++)
		prefix->address[i / 8] &= (unsigned char)~(0x80 >> i % 8);
}

static bool have_same_start(const struct prefix *a, const struct prefix *b, int length)
{
	if (a->family != b->family)
		return false;
	for (int i = 0; i < length; i++)
		if (bit(a, i) != bit(b, i))
			return false;
	return true;
}

bool prefix_contains(const struct prefix *network, const struct prefix *address)
{
	return have_same_start(network, address, network->length);
}

bool prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
	return have_same_start(a, b, a->length < b->length ? a->length : b->length);
}

bool prefix_same_address(const struct prefix *a, const struct prefix *b)
{
	return have_same_start(a, b, prefix_bits(a));
}

static bool is_within(const struct prefix *prefix, const char *network)
{
	struct prefix read;

	return prefix_read(network, &read) && prefix_contains(&read, prefix);
}

bool prefix_is_link_local(const struct prefix *prefix)
{
	return is_within(prefix, "fe80::/10");
}

/* Whether the host's bits are all zeroes, or all ones. */
static bool has_host_bits(const struct prefix *prefix, bool value)
{
	for (int i = prefix->length; i < prefix_bits(prefix); i++)
		if (bit(prefix, i) != value)
			return false;
	return true;
}

/* Of no host anywhere (RFC 6890, RFC 4291). */
static const struct { const char *network, *what; } special[] = {
	{ "0.0.0.0/8", "no host's address" },
	{ "127.0.0.0/8", "a loopback address" },
	{ "224.0.0.0/4", "a multicast address" },
	{ "240.0.0.0/4", "a reserved address" },
	{ "::/128", "no host's address" },
	{ "::1/128", "the loopback address" },
	{ "::ffff:0:0/96", "an IPv4 address written as IPv6" },
	{ "ff00::/8", "a multicast address" },
};

const char *prefix_not_a_host(const struct prefix *prefix)
{
	/* a link of two hosts has neither (RFC 3021, RFC 6164) */
	bool has_room = prefix_bits(prefix) - prefix->length > 1;

	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (is_within(prefix, special[i].network))
			return special[i].what;
	if (has_room && has_host_bits(prefix, false))
		return prefix->family == AF_INET ? "the address of the network itself" :
						   "the address of the network's routers";
	if (has_room && prefix->family == AF_INET && has_host_bits(prefix, true))
		return "the broadcast address of its network";
	return NULL;
}
