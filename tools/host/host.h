// SPDX-License-Identifier: MIT
/*
 * struct host: how one node is configured, whatever the source. The readers (in_*.c) fill it in, the
 * writers (out_*.c) turn it into files, schema.c says as tables what belongs to it, and every
 * program of the node sees the configuration as this struct and as nothing else.
 *
 * Texts are NULL when they were not given; lists of texts are NULL-terminated, NULL when empty.
 * Every struct begins with the place that it came from (ks_at): at.line is 0 when it was not given.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "kickstart/options.h"

enum host_bootproto { HOST_BOOTPROTO_DHCP, HOST_BOOTPROTO_STATIC, HOST_BOOTPROTO_BOOTP };

/* One device: a NIC, or a bond, bridge or VLAN over others (see kind.h). */
struct host_network {
	struct ks_at at;
	char *device;           /* name, MAC address, PCI path, "bootif" (the uplink) or "link" */
	char *interfacename;    /* of a VLAN, instead of DEVICE.ID */
	int bootproto;          /* enum host_bootproto, of IPv4 */
	char *ip, *netmask, *gateway;
	char **nameserver;
	char *hostname;         /* moved to host.hostname by the reader */
	char **route;           /* texts of struct host_route (network.h) */
	int mtu;                /* 0: the driver's */
	char *macaddr;
	char **bondslaves;
	char *bondopts;
	int vlanid;             /* 0: no VLAN */
	char **bridgeslaves;
	char *bridgeopts;
	char **bridge_vids;     /* "10", "20-29" */
	int bridge_pvid;        /* 0: none; the bridge's when not given */
	int bridge_access;      /* 0: not given */
	char *ipv6;             /* "auto", "dhcp", "link", or address/length; NULL means auto */
	char *ipv6gateway;
	bool nodefroute, noipv4, noipv6, nodns;
	bool ipv4_ignore_auto_dns, ipv6_ignore_auto_dns;
	char **ipv4_dns_search, **ipv6_dns_search;
	char *dhcpclass;
	char *bindto;           /* "mac" */
	int onboot;             /* 0 or 1 */
	bool activate;
};

struct host_hostname {
	struct ks_at at;
	char *name;
};

struct host_appliance {
	struct ks_at at;
	char *server;           /* host or host:port ([v6]:port); the port is 8443 when there is none */
	char *fingerprint;      /* SHA-256 of the CA certificate: 64 lower-case hexadecimal digits */
	int confirm_s;          /* how long a changed network is on trial; 0: not given */
};

struct host_iscsiname {
	struct ks_at at;
	char *iqn;
};

enum host_digest { HOST_DIGEST_NONE, HOST_DIGEST_CRC32C };

struct host_iscsi {
	struct ks_at at;
	char *target;           /* IQN */
	char *ipaddr;           /* of the portal: address or name */
	int port;               /* 3260 when not given */
	char *iface;
	char *user, *password;  /* CHAP: the node proves itself */
	char *reverse_user, *reverse_password; /* and the target does */
	int header_digest, data_digest; /* enum host_digest */
};

enum host_pool_type { HOST_POOL_NETFS, HOST_POOL_ISCSI, HOST_POOL_LOGICAL, HOST_POOL_DIR };

/* A storage pool, with the words of `virsh pool-define-as`. */
struct host_pool {
	struct ks_at at;
	char *name;
	int type;               /* enum host_pool_type */
	char *source_host, *source_path, *source_dev, *source_name, *source_format;
	char *target;           /* path; NULL: roost-storage chooses */
	char **opts;            /* mount options */
};

struct host_timezone {
	struct ks_at at;
	char *zone;
	bool utc;
	char **ntpservers;      /* the older form of timesource */
	bool nontp;
};

/* Exactly one of the three. */
struct host_timesource {
	struct ks_at at;
	char *ntp_server;
	char *ntp_pool;
	bool ntp_disable;
};

struct host_logging {
	struct ks_at at;
	char *host;
	int port;
	char *fingerprint;      /* SHA-256 of the receiver's certificate: TLS; NULL: plain TCP */
	int netconsole;         /* UDP port for the kernel's own messages; 0: none */
	char *level;
};

struct host_sshkey {
	struct ks_at at;
	char *username;
	char *key;
};

struct host_rootpw {
	struct ks_at at;
	bool iscrypted, plaintext, lock, allow_ssh;
	char *password;
};

struct host_firewall {
	struct ks_at at;
	bool enabled, disabled;
	char **port;            /* NUMBER:tcp */
	char **service, **remove_service;
	char **trust;           /* interfaces */
};

struct host_services {
	struct ks_at at;
	char **enabled, **disabled;
};

struct host_realm {
	struct ks_at at;
	char *action;           /* "join" */
	char *realm;            /* in capitals */
	char **kdc;             /* NULL: DNS knows them */
	char **permit;          /* principals; without a realm: of this one */
};

struct host {
	struct host_hostname hostname;
	struct host_appliance appliance;
	struct host_network *networks;
	size_t networks_count;
	struct host_iscsiname iscsiname;
	struct host_iscsi *iscsi;
	size_t iscsi_count;
	struct host_pool *pools;
	size_t pools_count;
	struct host_timezone timezone;
	struct host_timesource *timesources;
	size_t timesources_count;
	struct host_logging logging;
	struct host_sshkey *sshkeys;
	size_t sshkeys_count;
	struct host_rootpw rootpw;
	struct host_firewall firewall;
	struct host_services services;
	struct host_realm realm;
};

/* Frees everything and zeroes the struct. An all-zero host is an empty one. */
void host_done(struct host *host);
#define autohost __attribute__((cleanup(host_done)))

/* The tables (schema.c). `network --hostname` is a value of the host, so it has a command of its own. */
extern const struct ks_language host_language;
extern const struct ks_command host_hostname_command;
extern const struct ks_command host_network_command;

/*
 * Keys: what the sources are merged by and what `roost explain` knows. A key is a whole command, or
 * one option of it. A list is one key: the highest source that has one replaces it as a whole.
 */
struct host_key {
	const char *name;       /* "network", "appliance.server" */
	const struct ks_command *command;
	const char *option;     /* NULL: the whole command */
};
extern const struct host_key host_keys[]; /* ends with a row without a name */
#define HOST_KEYS_MAX 32

const struct host_key *host_key_find(const char *name);
/* Whether this host has a value of its own for the key. */
bool host_key_is_set(const struct host_key *key, const struct host *host);
/* Copies the key's value from src, which has one, over dest's. */
void host_key_copy(const struct host_key *key, struct host *dest, const struct host *src);
/* As kickstart text, a line a command; owned by the caller. KS_HIDE_SECRETS for people. */
char *host_key_text(const struct host_key *key, const struct host *host, unsigned flags);
/* "source:line" of the key's first command; owned by the caller; NULL when it has none. */
char *host_key_origin(const struct host_key *key, const struct host *host);

#endif
