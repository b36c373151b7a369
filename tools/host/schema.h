// SPDX-License-Identifier: MIT
/*
 * The commands of a host's kickstart, one table each: schema_network.c, schema_storage.c,
 * schema_system.c, schema_access.c and schema_realm.c; schema.c lists them.
 */
#ifndef HOST_SCHEMA_H
#define HOST_SCHEMA_H

#include "host/host.h"

extern const struct ks_command host_appliance_command, host_iscsiname_command, host_iscsi_command,
	host_pool_command, host_timezone_command, host_timesource_command, host_logging_command,
	host_sshkey_command, host_rootpw_command, host_firewall_command, host_services_command,
	host_realm_command;

#endif
