// SPDX-License-Identifier: MIT
/*
 * What the parts of the command line's reader share: in_cmdline.c (the arguments), in_cmdline_ip.c
 * (ip=), in_cmdline_devices.c (bond=, bridge=, vlan=, and how all of it becomes networks),
 * in_cmdline_route.c (rd.route=) and in_cmdline_roost.c (the host and its appliance).
 */
#ifndef HOST_IN_CMDLINE_H
#define HOST_IN_CMDLINE_H

#include "host/kernel_args.h"
#include "host/network.h"
#include "host/read.h"

/* One ip=, or several for the same device. */
struct cmdline_ip {
	char *device;           /* "bootif" when ip= names none */
	unsigned position;
	bool has_ipv4, has_ipv6; /* said something about it */
	struct host_network network; /* only the options about addresses, MTU and MAC */
	char **nameservers;
};

struct cmdline_route {
	char *text;             /* of --route */
	char *device;           /* as written; NULL: not said */
	struct host_route route;
	unsigned position;
};

struct cmdline {
	const char *source;     /* the name in messages and places */
	struct problems *problems;
	struct host_boot *boot;
	struct host host;       /* what was found so far; devices of bond=, bridge=, vlan= */
	struct cmdline_ip *ips;
	size_t ips_count;
	struct cmdline_route *routes;
	size_t routes_count;
	char **nameservers;     /* of nameserver= */
	char *bootdev;
	char **aliases;         /* of ifname=: name, MAC, name, MAC, ... */
	char *ip_hostname;      /* of ip=; roost.hostname= is stronger */
	unsigned ip_hostname_position;
	bool no_bootif;         /* rd.bootif=0 */
	bool no_peerdns;        /* rd.peerdns=0 */
};

/* "cmdline: ip=VALUE: text". Returns -1. */
int cmdline_problem(struct cmdline *cmdline, const struct kernel_arg *arg, const char *fmt, ...)
	printf_like(3, 4);
/* For people, and no reason to refuse the rest. */
void cmdline_note(struct cmdline *cmdline, const char *fmt, ...) printf_like(2, 3);
/* Sets an option of a command that the argument is about. `what` names the part in messages. */
int cmdline_set(struct cmdline *cmdline, const struct kernel_arg *arg,
		const struct ks_command *command, void *values, const char *option,
		const char *what, const char *text);
/* A new value of the command with its place filled in, in a struct that is all zeroes. */
void cmdline_start(struct cmdline *cmdline, const struct ks_command *command, void *values,
		   unsigned position);
/* The device under an ifname=, else the text itself. Borrowed. */
const char *cmdline_device(const struct cmdline *cmdline, const char *name);
/* Fields between colons; those in [brackets] keep theirs. NULL when brackets do not match. */
char **cmdline_fields(const char *text);

int cmdline_read_ip(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_bond(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_bridge(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_vlan(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_route(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_ks(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_appliance(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_fingerprint(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_hostname(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_token(struct cmdline *cmdline, const struct kernel_arg *arg);
int cmdline_read_debug(struct cmdline *cmdline, const struct kernel_arg *arg);
/* Puts devices and addresses together in cmdline->host.networks; then routes have somewhere to go. */
int cmdline_join(struct cmdline *cmdline);
int cmdline_join_routes(struct cmdline *cmdline);
/* The network that has the device's address: of the bridge over it, or its own. NULL: there is none. */
struct host_network *cmdline_network(struct cmdline *cmdline, const char *device);
/* The network of the main ip=; NULL without any. */
struct host_network *cmdline_main_network(struct cmdline *cmdline);

#endif
