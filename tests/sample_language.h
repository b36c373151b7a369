// SPDX-License-Identifier: MIT
/*
 * A small kickstart language that has every kind of row, for the tests of tools/kickstart. The real
 * languages are in tools/host and image.
 */
#ifndef TESTS_SAMPLE_LANGUAGE_H
#define TESTS_SAMPLE_LANGUAGE_H

#include "kickstart/options.h"

struct sample_network {
	struct ks_at at;
	char *device, *ip, *netmask, *mac, *hostname, *bootproto, *gateway6, *password;
	char **slaves, **servers, **options;
	int mtu, protocol, onboot, port;
	bool noipv4, nodns;
};

struct sample_timezone {
	struct ks_at at;
	char *zone, *note;
	bool utc;
};

struct sample_services {
	struct ks_at at;
	char **names;
};

struct sample_section {
	struct ks_at at;
	bool nocore;
	struct ks_lines lines;
};

struct sample {
	struct sample_network *network;
	size_t network_count;
	struct sample_timezone timezone;
	struct sample_services services;
	struct sample_section *packages;
	size_t packages_count;
	struct sample_section post;
};

static const char *const sample_protocols[] = { "none", "dhcp", "static", NULL };

#define SAMPLE_NETWORK(type, field) type, offsetof(struct sample_network, field)
static const struct ks_option sample_network_options[] = {
	{ "device", SAMPLE_NETWORK(&ks_interface, device), "the interface", .flags = KS_REQUIRED },
	{ "ip", SAMPLE_NETWORK(&ks_ipv4, ip), "its address" },
	{ "netmask", SAMPLE_NETWORK(&ks_netmask, netmask), "its netmask" },
	{ "mac", SAMPLE_NETWORK(&ks_mac, mac), "its hardware address" },
	{ "hostname", SAMPLE_NETWORK(&ks_hostname, hostname), "the host's name" },
	{ "bootproto", SAMPLE_NETWORK(&ks_word, bootproto), "where the address comes from",
	  .names = sample_protocols, .fallback = "dhcp" },
	{ "ipv6gateway", SAMPLE_NETWORK(&ks_ipv6, gateway6), "the IPv6 gateway" },
	{ "password", SAMPLE_NETWORK(&ks_string, password), "a secret", .flags = KS_SECRET },
	{ "slaves", SAMPLE_NETWORK(&ks_interface, slaves), "the ports", .separator = "," },
	{ "nameserver", SAMPLE_NETWORK(&ks_ip, servers), "DNS servers", .flags = KS_REPEAT,
	  .separator = ",", .fallback = "192.0.2.53" },
	{ "opts", SAMPLE_NETWORK(&ks_key_value, options), "options", .separator = ",;" },
	{ "mtu", SAMPLE_NETWORK(&ks_integer, mtu), "largest packet", .min = 68, .max = 65535,
	  .fallback = "1500" },
	{ "protocol", SAMPLE_NETWORK(&ks_enum, protocol), "the protocol as a number",
	  .names = sample_protocols },
	{ "onboot", SAMPLE_NETWORK(&ks_boolean, onboot), "bring it up at boot", .fallback = "yes" },
	{ "port", SAMPLE_NETWORK(&ks_port, port), "a port" },
	{ "noipv4", SAMPLE_NETWORK(&ks_flag, noipv4), "without IPv4" },
	{ "nodns", SAMPLE_NETWORK(&ks_flag, nodns), "without DNS" },
	{ 0 },
};

static int sample_network_check(const struct ks_command *command, const void *values,
				struct problems *problems)
{
	const struct sample_network *network = values;

	if (network->ip && !network->netmask)
		return ks_problem(command, values, "ip", problems,
				  "no netmask: expected --netmask beside it");
	return 0;
}

static const struct ks_command sample_network_command = {
	.name = "network", .help = "Sets up an interface.", .options = sample_network_options,
	.size = sizeof(struct sample_network), .offset = offsetof(struct sample, network),
	.is_list = true, .count_offset = offsetof(struct sample, network_count),
	.check = sample_network_check,
};

static const struct ks_option sample_timezone_options[] = {
	{ "ZONE", &ks_string, offsetof(struct sample_timezone, zone), "such as Europe/Berlin",
	  .flags = KS_POSITIONAL | KS_REQUIRED },
	{ "utc", &ks_flag, offsetof(struct sample_timezone, utc), "the clock runs in UTC" },
	{ "note", &ks_text, offsetof(struct sample_timezone, note), "a text|remark" },
	{ 0 },
};

static const struct ks_command sample_timezone_command = {
	.name = "timezone", .help = "Sets the time zone.", .options = sample_timezone_options,
	.size = sizeof(struct sample_timezone), .offset = offsetof(struct sample, timezone),
};

static const struct ks_option sample_services_options[] = {
	{ "NAME", &ks_string, offsetof(struct sample_services, names), "services to start",
	  .flags = KS_POSITIONAL, .separator = " " },
	{ 0 },
};

static const struct ks_command sample_services_command = {
	.name = "services", .help = "Starts services.", .options = sample_services_options,
	.size = sizeof(struct sample_services), .offset = offsetof(struct sample, services),
};

static const struct ks_option sample_section_options[] = {
	{ "nocore", &ks_flag, offsetof(struct sample_section, nocore), "nothing but this" },
	{ 0 },
};

static const struct ks_command sample_packages_command = {
	.name = "%packages", .help = "Packages, one a line.", .options = sample_section_options,
	.size = sizeof(struct sample_section), .offset = offsetof(struct sample, packages),
	.is_list = true, .count_offset = offsetof(struct sample, packages_count),
	.lines_offset = offsetof(struct sample_section, lines),
};

static const struct ks_command sample_post_command = {
	.name = "%post", .help = "A script.", .size = sizeof(struct sample_section),
	.offset = offsetof(struct sample, post),
	.lines_offset = offsetof(struct sample_section, lines),
};

static const struct ks_command sample_pre_command = {
	.name = "%pre", .refused = "this kickstart runs no code",
};

static const struct ks_command *const sample_commands[] = {
	&sample_network_command, &sample_services_command, &sample_timezone_command,
	&sample_packages_command, &sample_post_command, &sample_pre_command, NULL,
};

static const struct ks_language sample_language = {
	.name = "sample", .title = "Sample", .commands = sample_commands,
	.size = sizeof(struct sample),
};

#endif
