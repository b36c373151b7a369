// SPDX-License-Identifier: MIT
/* Names of CPU models and features; see cpu_name.h. */
#include "common/str.h"
#include "host/cpu_name.h"

#define NAME_MAX_LEN 64

bool is_cpu_name(const char *name)
{
	return name && *name && strlen(name) <= NAME_MAX_LEN &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+")];
}
