// SPDX-License-Identifier: MIT
/*
 * Writes the firewall's rules; see firewall.h. One chain, which packets for the host itself come by: frames that
 * a bridge passes on are no such packets (br_netfilter is not in the image), and a host routes nothing. Two sets
 * beside it hold the addresses of the other hosts of the pool: they change without the rules.
 */
#include "host/access.h"
#include "host/firewall.h"

#define PEERS_IPV4 "peers"
#define PEERS_IPV6 "peers6"

struct opening {
	const char *name;       /* of `firewall --service=`, firewalld's where it has one */
	const char *ports;      /* TCP, as nft writes a set */
	bool (*is_on)(const struct host *host); /* opened by what the configuration asks for; NULL: only by name */
	bool is_for_peers;      /* then for the other hosts of the pool alone; by name for everybody */
};

static bool has_libvirt_tls(const struct host *host)
{
	return host_has_service(host, "libvirtd-tls");
}

static bool has_libvirt_tcp(const struct host *host)
{
	return host_has_service(host, "libvirtd-tcp");
}

/* QEMU listens at the migration ports only while a guest is on its way, with TLS. */
static const struct opening openings[] = {
	{ "ssh", "22", host_has_ssh },
	{ "libvirt-tls", "16514", has_libvirt_tls },
	{ "libvirt", "16509", has_libvirt_tcp },
	{ "migration", "49152-49215", has_libvirt_tls, true },
	{ "vnc-server", "5900-5999", NULL },
};

const char *host_firewall_service(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
		if (streq(openings[i].name, name))
			return openings[i].ports;
	return NULL;
}

/* ---- Rules --------------------------------------------------------------------------------------------- */

static void write_rule(FILE *out, const char *match, const char *why)
{
	fprintf(out, "\t\t%s accept comment \"%s\"\n", match, why);
}

static bool is_named(const struct host *host, const struct opening *opening)
{
	return strv_contains(host->firewall.service, opening->name);
}

static bool is_on(const struct host *host, const struct opening *opening)
{
	return opening->is_on && opening->is_on(host) && !strv_contains(host->firewall.remove_service, opening->name);
}

static void write_opening(FILE *out, const struct opening *opening, bool is_for_peers)
{
	static const char *const sources[] = { "ip saddr @" PEERS_IPV4 " ", "ip6 saddr @" PEERS_IPV6 " " };

	for (size_t i = 0; i < (is_for_peers ? ARRAY_SIZE(sources) : 1); i++) {
		autofree char *match = xasprintf("%stcp dport %s", is_for_peers ? sources[i] : "", opening->ports);

		write_rule(out, match, opening->name);
	}
}

static void write_openings(FILE *out, const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
		if (is_named(host, &openings[i]))
			write_opening(out, &openings[i], false);
		else if (is_on(host, &openings[i]))
			write_opening(out, &openings[i], openings[i].is_for_peers);
}

/* "FIRST-LAST:PROTOCOL", which the reader has checked, is "PROTOCOL dport FIRST-LAST". */
static void write_ports(FILE *out, const struct host_firewall *firewall)
{
	for (char **port = firewall->port; port && *port; port++) {
		const char *colon = strchr(*port, ':');
		autofree char *match = xasprintf("%s dport %.*s", colon + 1, (int)(colon - *port), *port);

		write_rule(out, match, "firewall --port");
	}
}

static void write_trusted(FILE *out, const struct host_firewall *firewall)
{
	for (char **name = firewall->trust; name && *name; name++) {
		autofree char *match = xasprintf("iifname \"%s\"", *name);

		write_rule(out, match, "firewall --trust");
	}
}

/*
 * The second rule makes a connection that is older than these rules go on: only a segment with SYN and without
 * ACK opens one. Answers to DHCP come to an address that the host does not have yet, so to no known connection.
 */
static const char always[] =
	"\t\tct state established,related accept\n"
	"\t\ttcp flags & (syn | ack) != syn accept comment \"opens nothing\"\n"
	"\t\tiifname \"lo\" accept\n"
	"\t\tmeta l4proto { icmp, ipv6-icmp } accept\n"
	"\t\tudp sport 67 udp dport 68 accept comment \"DHCP\"\n"
	"\t\tudp sport 547 udp dport 546 accept comment \"DHCPv6\"\n";

bool host_firewall_asks_for_peers(const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
		if (openings[i].is_for_peers && is_on(host, &openings[i]) && !is_named(host, &openings[i]))
			return !host->firewall.disabled;
	return false;
}

static void write_elements(FILE *out, const char *set, char *const *peers, bool is_ipv6)
{
	const char *separator = "";

	fprintf(out, "flush set inet roost %s\n", set);
	for (char *const *peer = peers; peer && *peer; peer++) {
		if ((strchr(*peer, ':') != NULL) != is_ipv6)
			continue;
		if (!*separator)
			fprintf(out, "add element inet roost %s { ", set);
		fprintf(out, "%s%s", separator, *peer);
		separator = ", ";
	}
	if (*separator)
		fputs(" }\n", out);
}

void host_write_peers(FILE *out, char *const *peers)
{
	write_elements(out, PEERS_IPV4, peers, false);
	write_elements(out, PEERS_IPV6, peers, true);
}

void host_write_firewall(FILE *out, const struct host *host)
{
	/* made if it is not there, so that it can be removed: nft does it all in one step */
	fputs("table inet roost\ndelete table inet roost\n", out);
	if (host->firewall.disabled)
		return;
	fputs("table inet roost {\n", out);
	if (host_firewall_asks_for_peers(host))
		fputs("\tset " PEERS_IPV4 " {\n\t\ttype ipv4_addr\n\t}\n"
		      "\tset " PEERS_IPV6 " {\n\t\ttype ipv6_addr\n\t}\n", out);
	fputs("\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n", out);
	fputs(always, out);
	write_trusted(out, &host->firewall);
	write_openings(out, host);
	write_ports(out, &host->firewall);
	fputs("\t}\n}\n", out);
}
