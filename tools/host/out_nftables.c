// SPDX-License-Identifier: MIT
/*
 * Writes the firewall's rules; see firewall.h. One chain, which packets for the host itself come by: frames that
 * a bridge passes on are no such packets (br_netfilter is not in the image), and a host routes nothing.
 */
#include "host/access.h"
#include "host/firewall.h"

struct opening {
	const char *name;       /* of `firewall --service=`, firewalld's where it has one */
	const char *ports;      /* TCP, as nft writes a set */
	bool (*is_on)(const struct host *host); /* opened by what the configuration asks for; NULL: only by name */
};

static bool has_libvirt_tls(const struct host *host)
{
	return host_has_service(host, "libvirtd-tls");
}

static bool has_libvirt_tcp(const struct host *host)
{
	return host_has_service(host, "libvirtd-tcp");
}

/* QEMU listens at the migration ports only while a guest is on its way, with TLS, and to hosts alone. */
static const struct opening openings[] = {
	{ "ssh", "22", host_has_ssh },
	{ "libvirt-tls", "16514", has_libvirt_tls },
	{ "libvirt", "16509", has_libvirt_tcp },
	{ "migration", "49152-49215", has_libvirt_tls },
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

static void write_openings(FILE *out, const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(openings); i++) {
		const struct opening *opening = &openings[i];
		autofree char *match = xasprintf("tcp dport %s", opening->ports);
		bool is_named = strv_contains(host->firewall.service, opening->name);
		bool is_closed = strv_contains(host->firewall.remove_service, opening->name);

		if (is_named || (!is_closed && opening->is_on && opening->is_on(host)))
			write_rule(out, match, opening->name);
	}
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

void host_write_firewall(FILE *out, const struct host *host)
{
	/* made if it is not there, so that it can be removed: nft does it all in one step */
	fputs("table inet roost\ndelete table inet roost\n", out);
	if (host->firewall.disabled)
		return;
	fputs("table inet roost {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n", out);
	fputs(always, out);
	write_trusted(out, &host->firewall);
	write_openings(out, host);
	write_ports(out, &host->firewall);
	fputs("\t}\n}\n", out);
}
