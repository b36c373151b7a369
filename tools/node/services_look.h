// SPDX-License-Identifier: MIT
/* Whether a service of services.c has what it needs; one function a service. */
#ifndef NODE_SERVICES_LOOK_H
#define NODE_SERVICES_LOOK_H

#include "host/host.h"

/* In this order, from good to bad. */
enum service_state {
	SERVICE_ON,
	SERVICE_WAITING,    /* for something that comes by itself, or from the appliance */
	SERVICE_INCOMPLETE, /* the configuration lacks something */
};

struct service_look {
	char *digest;       /* SERVICE_ON: of all that it is started with; it is started anew when that changes */
	char *reason;       /* else: why not, and what to do */
};

typedef enum service_state service_look_fn(const char *root, const struct host *host, struct service_look *ret);
service_look_fn look_libvirt_tls, look_libvirt_tcp, look_sshd;

/* What libvirt over TCP needs beside its socket: its own libvirtd.conf, with who may come in. 0 or -1. */
int prepare_libvirt_tcp(const char *root, const struct host *host, struct problems *problems);
/* Takes it away again. */
void unprepare_libvirt_tcp(const char *root);

/* What sshd needs, which overlay/etc/ssh/sshd_config names: services_sshd.h. */
int prepare_sshd(const char *root, const struct host *host, struct problems *problems);
/* Nobody may log in. The host's key stays as long as it runs. */
void unprepare_sshd(const char *root);

#endif
