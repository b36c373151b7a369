// SPDX-License-Identifier: MIT
/*
 * What nodes send, as bytes of a hostile client: registrations, facts, heartbeats, signing requests, keys of ssh and
 * ranges. What the readers accept has to hold to its bounds, and to be storable and readable again.
 */
#include <ctype.h>
#include <stdint.h>

#include "appliance/ca.h"
#include "appliance/ranges.h"
#include "appliance/registration.h"
#include "common/ssh_wire.h"
#include "common/uuid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* As the registrar does it: stored as one line, read again before the next decision. */
static void require_storable(const json_t *facts, const struct hardware *hardware)
{
	autofree char *line = json_line(facts);
	autojson json_t *again = json_read(line, strlen(line), 2 * BODY_MAX, "stored", NULL);
	autohardware struct hardware read_again = { 0 };
	autofree char *digest = hardware_digest(hardware);
	autofree char *digest_again = NULL;

	require(again && hardware_read(again, &read_again, NULL) == 0);
	digest_again = hardware_digest(&read_again);
	require(streq(digest, digest_again));
	require(!strchr(line, '\n') && strv_len(hardware->macs) <= NICS_MAX);
}

static void fuzz_registration(const char *text, size_t size)
{
	struct registration registration = { 0 };
	autoproblems struct problems problems = { 0 };
	const char *field = NULL;

	if (registration_read(text, size, &registration, &field, &problems) < 0) {
		require(field && problems_count(&problems) > 0 && !registration.facts);
		return;
	}
	require(is_uuid(registration.id) && !is_placeholder_uuid(registration.id));
	for (const char *p = registration.id; *p; p++)
		require(!isupper((unsigned char)*p));
	require(!registration.hostname || is_hostname(registration.hostname));
	require_storable(registration.facts, &registration.hardware);
	registration_done(&registration);
}

static void fuzz_facts(const char *text, size_t size)
{
	autohardware struct hardware hardware = { 0 };
	autojson json_t *facts = NULL;
	const char *field = NULL;

	if (facts_read(text, size, &facts, &hardware, &field, NULL) == 0)
		require_storable(facts, &hardware);
}

static void fuzz_heartbeat(const char *text, size_t size)
{
	struct heartbeat heartbeat = { 0 };
	const char *field = NULL;

	if (heartbeat_read(text, size, &heartbeat, &field, NULL) < 0) {
		require(field && !heartbeat.report);
		return;
	}
	require(!heartbeat.hostname || is_hostname(heartbeat.hostname));
	require(!heartbeat.generation || strlen(heartbeat.generation) <= 256);
	heartbeat_done(&heartbeat);
}

static void fuzz_csr(const char *text)
{
	struct csr csr = { 0 };

	if (csr_read(text, &csr, NULL) == 0)
		require(csr.key_id && strlen(csr.key_id) == 64);
	csr_done(&csr);
}

/* What is taken is written again as the same text. */
static void fuzz_ssh_key(const char *text)
{
	unsigned char point[SSH_POINT_LEN];
	autofree char *blob = NULL, *again = NULL;
	size_t len;

	if (!ssh_key_read(text, point))
		return;
	blob = ssh_key_blob(point, &len);
	again = ssh_line(SSH_P256, blob, len);
	require(streq(again, text));
}

static void fuzz_range(const char *text, uint64_t size)
{
	uint64_t offset = 0, length = 0;

	if (range_parse(text, size, &offset, &length) == RANGE_PART)
		require(length > 0 && offset < size && length <= size - offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xmalloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	fuzz_registration(text, size);
	fuzz_facts(text, size);
	fuzz_heartbeat(text, size);
	fuzz_csr(text);
	fuzz_ssh_key(text);
	fuzz_range(text, size);
	fuzz_range(text, UINT64_MAX);
	return 0;
}
