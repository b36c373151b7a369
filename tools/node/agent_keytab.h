// SPDX-License-Identifier: MIT
/*
 * The host's keytab for Kerberos: it is at the appliance, and comes here, into RAM, when a heartbeat's answer names
 * another one than is here.
 *
 *	/run/roost/pki/krb5.tab   mode 0600; /etc/libvirt/krb5.tab leads here
 */
#ifndef NODE_AGENT_KEYTAB_H
#define NODE_AGENT_KEYTAB_H

#include "node/agent.h"
#include "node/agent_pki.h"

#define KEYTAB_FILE PKI_FOLDER "/krb5.tab"

/* After a heartbeat that the appliance took: fetches what agent->offered_keytab names, or removes. Best effort. */
void agent_keytab_renew(struct agent *agent);

#endif
