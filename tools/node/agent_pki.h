// SPDX-License-Identifier: MIT
/*
 * The host's certificate for other programs (libvirt over TLS), and its renewal: before it ends, and when the
 * host's name or address is another one than when it was signed.
 *
 *	/run/roost/pki/ca.pem     the appliance's authority
 *	/run/roost/pki/key.pem    mode 0600; made at boot, in RAM alone
 *	/run/roost/pki/cert.pem   written last: its change means that all three fit
 *
 * And another one, with a key of its own, for QEMU: where guests migrate, and on their screens (VNC). QEMU runs as
 * a user that is not root, and a guest that breaks out of it finds no key there with which it were the host:
 *
 *	/run/roost/guests-pki/    named as QEMU wants it; its group, QEMU's, may read the key (tmpfiles.d/roost-guests.conf)
 */
#ifndef NODE_AGENT_PKI_H
#define NODE_AGENT_PKI_H

#include "node/agent.h"

#define PKI_FOLDER "/run/roost/pki"
#define PKI_GUESTS_FOLDER "/run/roost/guests-pki"

/*
 * What a registration or a heartbeat tells: the name in `told` ("hostname") and the address (may be NULL). They
 * are what the appliance puts into the certificate.
 */
void agent_pki_tell(struct agent *agent, const json_t *told, const char *address);
/* After a registration: writes the three. */
void agent_pki_write(struct agent *agent);
/* After a heartbeat that the appliance took: asks for what is due, at first guests' one. Best effort. */
void agent_pki_renew(struct agent *agent);
/* Of another appliance: nothing here is good any more. */
void agent_pki_remove(struct agent *agent);

#endif
