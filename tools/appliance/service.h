// SPDX-License-Identifier: MIT
/*
 * The appliance as a whole, from its state folder to the signal that ends it.
 */
#ifndef APPLIANCE_SERVICE_H
#define APPLIANCE_SERVICE_H

#include "common/problems.h"

struct service_config {
	const char *state;    /* folder: authority, admin token, database; made when missing */
	const char *nodes;    /* ADDRESS:PORT */
	const char *admin;
	char **boot;          /* ADDRESS:PORT of each plain HTTP address for /boot alone; NULL: none */
	const char *boot_dir; /* NULL: /boot serves nothing */
	const char *store;    /* KIND:PLACE; NULL: an SQLite file in the state folder */
	char **names;         /* of the server's certificate, besides those of this machine */
	long long heartbeat_s, registrations_per_s, connections_max, connections_per_address_max;
	int (*check_kickstart)(const char *text, const char *name, struct problems *problems);
};

/*
 * Serves until SIGTERM or SIGINT: then 0. SIGHUP renews a server certificate that ends soon or is
 * missing. Says on standard error where it listens, and tells the service manager; DIR/endpoints.json
 * has it for roostctl.
 */
int service_run(const struct service_config *config, struct problems *problems);

#endif
