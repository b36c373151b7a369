// SPDX-License-Identifier: MIT
/*
 * The host's certificate for other programs (libvirt over TLS), and its renewal: before it ends, and when the
 * host's name or address is another one than when it was signed.
 *
 *	/run/roost/pki/ca.pem     the appliance's authority
 *	/run/roost/pki/key.pem    mode 0600; made at boot, in RAM alone
 *	/run/roost/pki/cert.pem   written last: its change means that all three fit
 */
#ifndef NODE_AGENT_PKI_H
#define NODE_AGENT_PKI_H

#include "node/agent.h"

#define PKI_FOLDER "/run/roost/pki"

/*
 * What a registration or a heartbeat tells: the name in `told` ("hostname") and the address (may be NULL). They
 * are what the appliance puts into the certificate.
 */
void agent_pki_tell(struct agent *agent, const json_t *told, const char *address);
/* After a registration: writes the three. */
void agent_pki_write(struct agent *agent);
/* After a heartbeat that the appliance took: asks for another certificate when that is due. Best effort. */
void agent_pki_renew(struct agent *agent);
/* Of another appliance: nothing here is good any more. */
void agent_pki_remove(const struct agent *agent);

#endif
