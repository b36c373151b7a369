// SPDX-License-Identifier: MIT
/* UUIDs as text, and the placeholders among them; see uuid.h. */
#include <ctype.h>

#include "common/str.h"
#include "common/uuid.h"

/* Beginnings of UUIDs that makers of boards and of virtual machines left in place. */
static const char *const placeholders[] = {
	"03000200-0400-0500-0006-000700080009", /* AMI's example, byte order as in SMBIOS 2.6 */
	"00020003-0004-0005-0006-000700080009", /* the same in network byte order */
	"12345678-1234-",
	"12345678-9abc-def0-",
	"01234567-89ab-cdef-",
	"01020304-0506-0708-090a-0b0c0d0e0f10",
	"04030201-0605-0807-090a-0b0c0d0e0f10",
	"fefefefe-fefe-fefe-",
	"deadbeef-",
};

bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != form[i])
			return false;
	return true;
}

/* All digits the same, such as all zeroes: no board's own number looks like that. */
static bool is_one_digit(const char *uuid)
{
	for (const char *p = uuid; *p; p++)
		if (*p != '-' && *p != uuid[0])
			return false;
	return true;
}

bool is_placeholder_uuid(const char *uuid)
{
	if (is_one_digit(uuid))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(placeholders); i++)
		if (str_after(uuid, placeholders[i]))
			return true;
	return false;
}
