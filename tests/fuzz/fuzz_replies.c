// SPDX-License-Identifier: MIT
/*
 * The appliance's answers, as bytes of a hostile server: all readers of agent_replies.h, and the
 * certificate reader, see every input. What they accept has to hold to its bounds.
 */
#include <stdint.h>

#include "host/address_list.h"
#include "node/agent_replies.h"
#include "node/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_generation(const char *generation)
{
	if (generation && (strlen(generation) == 0 || strlen(generation) > GENERATION_MAX))
		abort();
}

/* They become a part of nftables' rules. */
static void check_peers(char *const *peers)
{
	if (strv_len(peers) > PEER_ADDRESSES_MAX)
		abort();
	for (; peers && *peers; peers++)
		if (!**peers || strspn(*peers, "0123456789abcdef.:") != strlen(*peers))
			abort();
}

static void fuzz_ssh(const char *text, size_t size)
{
	struct ssh_certificate certificate;
	autofree char *line = NULL;

	if (reply_ssh_certificate_read(text, size, &line, &certificate, NULL) == 0 &&
	    (strpbrk(line, "\r\n") || certificate.point[0] != 4 || certificate.until <= certificate.from))
		abort();
	(void)ssh_certificate_read(text, &certificate);
}

static void fuzz_json(const char *text, size_t size)
{
	struct reply_registration registration = { 0 };
	struct reply_heartbeat heartbeat = { 0 };
	autofree char *error = reply_error_text(text, size), *certificate = NULL;

	if (error && strlen(error) > 256)
		abort();
	if (reply_registration_read(text, size, "i1", &registration, NULL) < 0 &&
	    registration.certificate)
		abort();
	reply_registration_done(&registration);
	if (reply_certificate_read(text, size, &certificate, NULL) == 0 && !str_after(certificate, "-----BEGIN "))
		abort();
	fuzz_ssh(text, size);
	if (reply_heartbeat_read(text, size, &heartbeat, NULL) == 0) {
		check_generation(heartbeat.generation);
		check_peers(heartbeat.peers);
		if (heartbeat.keytab && strlen(heartbeat.keytab) != 64)
			abort();
		if (heartbeat.interval_s < INTERVAL_MIN_S || heartbeat.interval_s > INTERVAL_MAX_S)
			abort();
	}
	reply_heartbeat_done(&heartbeat);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xmalloc(size + 1);
	autofree char *pem = NULL, *fingerprint = NULL, *generation = NULL, *dates = NULL;

	memcpy(text, data, size);
	text[size] = '\0';
	fuzz_json(text, size);
	reply_is_text(text, size);
	generation = generation_of_etag(text);
	check_generation(generation);
	dates = certificate_dates(text);
	(void)certificate_is_old(text, 1700000000);
	if (certificate_read(text, size, &pem, &fingerprint, NULL) == 0 && strlen(fingerprint) != 64)
		abort();
	return 0;
}
