// SPDX-License-Identifier: MIT
/*
 * Hosts' keytabs: an operator leaves one here, and its host fetches it, nobody else. The store has it as text, in
 * a file that only the appliance reads; no call of operators gives its keys out again.
 */
#ifndef APPLIANCE_KEYTABS_H
#define APPLIANCE_KEYTABS_H

#include "appliance/store.h"
#include "common/json.h"

/*
 * Checks a keytab and makes it the host's (NULL data: it has none any more). Warnings say what a host would miss
 * in it. 0, or -1 with problems, and the record is as before.
 */
int keytab_keep(struct host_record *host, const void *data, size_t len, struct problems *warnings,
		struct problems *problems);
/* The host's keytab, owned by the caller; NULL when it has none. */
char *keytab_of_host(const struct host_record *host, size_t *ret_len);
/* What names this keytab in a heartbeat's answer and as ETag: its SHA-256; NULL when there is none. */
char *keytab_generation(const struct host_record *host);
/* Whose keys are in it: [{"principal", "version", "encryption"}]. Empty when there is none. */
json_t *keytab_keys_json(const struct host_record *host);

#endif
