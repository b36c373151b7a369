// SPDX-License-Identifier: MIT
/* Telling machines apart; see hardware.h. */
#include <ctype.h>
#include <strings.h>

#include "appliance/hardware.h"
#include "common/digest.h"

/* What makers leave in place of a serial number, as dmidecode shows it on real boards. */
static const char *const placeholder_serials[] = {
	"0", "00000000", "0123456789", "123456789", "1234567890", "Default string", "INVALID",
	"N/A", "NA", "None", "Not Applicable", "Not Available", "Not Specified", "OEM",
	"Serial Number", "System Serial Number", "To Be Filled By O.E.M.",
	"To be filled by O.E.M.", "Unknown", "xxxxxxxxxx",
};

static char *usable_serial(const char *text)
{
	if (!text || !*text)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(placeholder_serials); i++)
		if (strcasecmp(text, placeholder_serials[i]) == 0)
			return NULL;
	return xstrdup(text);
}

static bool is_mac(const char *text)
{
	for (int i = 0; i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return text[17] == '\0';
}

static int read_nic(const json_t *nic, struct hardware *hardware, struct problems *problems)
{
	const char *mac;
	char text[18];

	if (!json_is_object(nic))
		return problem(problems, "facts: \"nics\": expected a list of objects");
	if (json_get_optional_string(nic, "mac", FACT_TEXT_BYTES_MAX, &mac, "facts: nics",
				     problems) < 0)
		return -1;
	if (!mac || streq(mac, "00:00:00:00:00:00"))
		return 0;
	if (!is_mac(mac))
		return problem(problems, "facts: \"nics\": \"mac\": expected 00:11:22:33:44:55");
	for (int i = 0; i < 18; i++)
		text[i] = (char)tolower((unsigned char)mac[i]);
	if (!strv_contains(hardware->macs, text))
		strv_push(&hardware->macs, text);
	return 0;
}

static int read_nics(const json_t *facts, struct hardware *hardware, struct problems *problems)
{
	const json_t *nics = json_object_get(facts, "nics");
	const json_t *nic;
	size_t i;

	if (!json_is_array(nics) || json_array_size(nics) > NICS_MAX)
		return problem(problems, "facts: \"nics\": expected a list of at most %d objects",
			       NICS_MAX);
	json_array_foreach(nics, i, nic)
		if (read_nic(nic, hardware, problems) < 0)
			return -1;
	strv_sort(hardware->macs);
	return 0;
}

static int read_serials(const json_t *facts, struct hardware *hardware, struct problems *problems)
{
	const json_t *machine = json_object_get(facts, "system");
	const char *serial, *board_serial;

	if (!json_is_object(machine))
		return problem(problems, "facts: \"system\": expected an object");
	if (json_get_optional_string(machine, "serial", FACT_TEXT_BYTES_MAX, &serial,
				     "facts: system", problems) < 0 ||
	    json_get_optional_string(machine, "board_serial", FACT_TEXT_BYTES_MAX, &board_serial,
				     "facts: system", problems) < 0)
		return -1;
	hardware->serial = usable_serial(serial);
	hardware->board_serial = usable_serial(board_serial);
	return 0;
}

int hardware_read(const json_t *facts, struct hardware *ret, struct problems *problems)
{
	struct hardware hardware = { 0 };

	if (read_nics(facts, &hardware, problems) < 0 ||
	    read_serials(facts, &hardware, problems) < 0) {
		hardware_done(&hardware);
		return -1;
	}
	*ret = hardware;
	return 0;
}

void hardware_done(struct hardware *hardware)
{
	strv_free(hardware->macs);
	free(hardware->serial);
	free(hardware->board_serial);
	*hardware = (struct hardware){ 0 };
}

static bool have_mac_in_common(const struct hardware *a, const struct hardware *b)
{
	for (size_t i = 0; a->macs && a->macs[i]; i++)
		if (strv_contains(b->macs, a->macs[i]))
			return true;
	return false;
}

bool hardware_is_other(const struct hardware *a, const struct hardware *b)
{
	if (have_mac_in_common(a, b))
		return false;
	if (!streq_null(a->serial, b->serial) || !streq_null(a->board_serial, b->board_serial))
		return true;
	/* Equal serial numbers vouch for it; without any, nothing does. */
	return !a->serial && !a->board_serial;
}

char *hardware_digest(const struct hardware *hardware)
{
	struct digest *digest = digest_new();

	for (size_t i = 0; hardware->macs && hardware->macs[i]; i++)
		digest_add_text(digest, hardware->macs[i]);
	digest_add_text(digest, hardware->serial);
	digest_add_text(digest, hardware->board_serial);
	return digest_end(digest);
}
