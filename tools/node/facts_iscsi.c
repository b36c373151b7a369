// SPDX-License-Identifier: MIT
/*
 * "iscsi_initiator": the name that this host has, or will have, as an iSCSI initiator, so that the
 * appliance sees when two hosts have one. From the configuration and the hardware, not from iscsid's file:
 * that is written later than a host registers.
 */
#include "node/facts.h"
#include "node/host_conf.h"
#include "node/storage_iscsi.h"

static int collect(const char *root, json_t *facts, struct problems *problems)
{
	autohost struct host host = { 0 };
	autofree char *name = NULL;

	(void)problems; /* a broken configuration is roost-config's to tell */
	host_conf_read_optional(root, &host, NULL);
	name = iscsi_initiator_name(root, host.iscsiname.iqn);
	return json_object_set_new(facts, "iscsi_initiator", clean_string(name, 223));
}

const struct fact_kind facts_iscsi = { "iscsi", collect };
